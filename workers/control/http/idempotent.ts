import type {
  IdempotencyStore,
  KeptAnswer,
  RepeatableRequest,
} from "../../../src/app/idempotency/idempotency-store.ts";
import { PROBLEMS } from "../../../src/contract/problems.ts";
import { assertNever } from "../../../src/core/result.ts";
import { ProblemError } from "./problem.ts";

/** What a request was answered with, and what a repetition of it is to be answered with. */
export interface Outcome {
  readonly response: Response;
  readonly kept: KeptAnswer;
  /** True when the work was found done, and this is the answer of its first run. */
  readonly replayed: boolean;
}

export interface IdempotencyDeps {
  readonly idempotency: IdempotencyStore;
  readonly now: () => number;
  /** A name for work that is begun. */
  readonly newCommandId: () => string;
}

/**
 * Does the work once for each key. A success is kept and given again. A refusal frees the key; any
 * other failure may have done the work, so that the repetition goes on under the same command id.
 */
export async function once(
  request: RepeatableRequest,
  work: (commandId: string) => Promise<Outcome>,
  { idempotency, now, newCommandId }: IdempotencyDeps,
): Promise<Response> {
  const fresh = newCommandId();
  const begun = await idempotency.begin(request, fresh, now());
  switch (begun.kind) {
    case "answered":
      return givenAgain(begun.answer);
    case "other-request":
      throw new ProblemError("idempotency.key-reused", {
        detail:
          `The Idempotency-Key "${request.key}" was used for a request with another path or ` +
          "body. Use a new key for a new request.",
      });
    case "in-progress":
      throw inProgress(request.key, begun.retryAtMs - now());
    case "started": {
      const { response, replayed } = await attempt(
        request,
        () => work(begun.commandId),
        idempotency,
      );
      // A call to the authority that the platform lost is repeated within one request; that is
      // still the first answer that the caller gets.
      if (replayed && begun.commandId !== fresh) response.headers.set(...REPLAYED);
      return response;
    }
    default:
      return assertNever(begun);
  }
}

async function attempt(
  request: RepeatableRequest,
  work: () => Promise<Outcome>,
  idempotency: IdempotencyStore,
): Promise<Outcome> {
  let outcome: Outcome;
  try {
    outcome = await work();
  } catch (error) {
    if (isRefusal(error)) await idempotency.release(request);
    else await idempotency.suspend(request);
    throw error;
  }
  await idempotency.keep(request, outcome.kept);
  return outcome;
}

const REPLAYED = ["idempotency-replayed", "true"] as const;

/** Said with certainty before anything was done. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ProblemError && PROBLEMS[error.code].status < 500;

const givenAgain = ({ status, headers, body }: KeptAnswer) =>
  new Response(body, {
    status,
    headers: { ...headers, "content-type": "application/json", [REPLAYED[0]]: REPLAYED[1] },
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
