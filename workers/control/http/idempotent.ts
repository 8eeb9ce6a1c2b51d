import type {
  IdempotencyStore,
  KeptAnswer,
  RepeatableRequest,
} from "../../../src/app/idempotency/idempotency-store.ts";
import { assertNever } from "../../../src/core/result.ts";
import { ProblemError } from "./problem.ts";

/** What a request was answered with, and what a repetition of it is to be answered with. */
export interface Outcome {
  readonly response: Response;
  readonly kept: KeptAnswer;
}

export interface IdempotencyDeps {
  readonly idempotency: IdempotencyStore;
  readonly now: () => number;
}

/**
 * Does the work once for each key. A success is kept and given again; after a failure the key is
 * free, so that the repetition is a new attempt.
 */
export async function once(
  request: RepeatableRequest,
  work: () => Promise<Outcome>,
  { idempotency, now }: IdempotencyDeps,
): Promise<Response> {
  const begun = await idempotency.begin(request, now());
  switch (begun.kind) {
    case "answered":
      return replayed(begun.answer);
    case "other-request":
      throw new ProblemError("idempotency.key-reused", {
        detail:
          `The Idempotency-Key "${request.key}" was used for a request with another path or ` +
          "body. Use a new key for a new request.",
      });
    case "in-progress":
      throw inProgress(request.key, begun.retryAtMs - now());
    case "started":
      return attempt(request, work, idempotency);
    default:
      return assertNever(begun);
  }
}

async function attempt(
  request: RepeatableRequest,
  work: () => Promise<Outcome>,
  idempotency: IdempotencyStore,
): Promise<Response> {
  let outcome: Outcome;
  try {
    outcome = await work();
  } catch (error) {
    await idempotency.release(request);
    throw error;
  }
  await idempotency.keep(request, outcome.kept);
  return outcome.response;
}

const replayed = ({ status, headers, body }: KeptAnswer) =>
  new Response(body, {
    status,
    headers: { ...headers, "content-type": "application/json", "idempotency-replayed": "true" },
  });

function inProgress(key: string, waitMs: number): ProblemError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new ProblemError("idempotency.in-progress", {
    detail:
      `The first request with the Idempotency-Key "${key}" has no answer yet. Repeat it after ` +
      `at most ${seconds} seconds.`,
    headers: { "retry-after": String(seconds) },
  });
}
