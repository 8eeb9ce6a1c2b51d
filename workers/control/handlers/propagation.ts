import { AuthorityUnavailable } from "../../../src/app/authorities.ts";
import { askAuthority } from "../../../src/app/environments/ask-authority.ts";
import { findEnvironment } from "../../../src/app/environments/find-environment.ts";
import { watchPropagation } from "../../../src/app/propagation/watch-propagation.ts";
import type { AuthorityApi } from "../../../src/core/authority/authority-api.ts";
import type { Propagation } from "../../../src/core/propagation/receipts.ts";
import { valueOf } from "../http/app-problem.ts";
import { eventStream } from "../http/event-stream.ts";
import { placeOf } from "./call.ts";
import type { HandlersOf } from "./handler.ts";

export const propagationHandlers: HandlersOf<"propagation"> = {
  "propagation.get": async ({ params, caller }, services) => ({
    body: valueOf(
      await askAuthority(
        placeOf(params, caller),
        (authority) => authority.propagation(params.revision),
        services,
      ),
    ),
  }),

  "propagation.stream": async ({ params, caller, lastEventId }, services) => {
    const environment = valueOf(await findEnvironment(placeOf(params, caller), services));
    const authority = services.authorities.of(environment.id);
    // What is wrong with the request is said before the stream begins.
    const first = valueOf(await authority.propagation(params.revision));
    const { now, wait } = services;
    const ask = () => propagationOrNull(authority, params.revision);
    const leaving = new AbortController();
    const deps = { now, wait, ask, gone: leaving.signal };
    const events = watchPropagation(first, lastEventId, deps);
    return { body: first, stream: eventStream(events, () => leaving.abort()) };
  },
};

/** Who hangs is asked anew by then; that counts as no answer. */
const ANSWER_WITHIN_MS = 5_000;

async function propagationOrNull(
  authority: AuthorityApi,
  revision: number,
): Promise<Propagation | null> {
  const answered = new AbortController();
  const late = scheduler.wait(ANSWER_WITHIN_MS, { signal: answered.signal }).catch(() => null);
  try {
    const answer = await Promise.race([authority.propagation(revision), late]);
    return answer?.ok === true ? answer.value : null;
  } catch (error) {
    if (error instanceof AuthorityUnavailable) return null;
    throw error;
  } finally {
    answered.abort();
  }
}
