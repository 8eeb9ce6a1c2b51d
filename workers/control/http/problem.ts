import { PROBLEMS } from "../../../src/contract/problems.ts";
import type { ProblemCode } from "../../../src/contract/problems.ts";
import type { ProblemError as ErrorEntry } from "../../../src/contract/problem.ts";
import type { Changed } from "../../../src/app/expected-version.ts";
import type { Result } from "../../../src/core/result.ts";

/** What an answer says beyond its code: facts for programs, words for people. */
export interface ProblemFacts {
  readonly detail: string;
  readonly errors?: readonly ErrorEntry[];
  /** More members of the body. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one thing that is thrown to answer a request with a problem. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly given: ProblemFacts;

  constructor(code: ProblemCode, given: ProblemFacts) {
    super(given.detail);
    this.code = code;
    this.given = given;
  }
}

/** Takes the value out of a result; a refusal is thrown as what `problemOf` makes of it. */
export const valueOr =
  <E>(problemOf: (refusal: E) => ProblemError) =>
  <T>(result: Result<T, E>): T => {
    if (result.ok) return result.value;
    throw problemOf(result.error);
  };

/** The answer to whoever edited a version that is not the newest any more. */
export function versionConflict({ what, key, expected, actual }: Changed): ProblemError {
  const it = key === null ? "" : ` of "${key}"`;
  const there = actual === null ? "another one was saved at the same time" : `${actual} is there`;
  return new ProblemError(`${what}.version-conflict`, {
    detail: `You edited version ${expected}${it}; ${there}. Read it and apply your change again.`,
    facts: { expected, ...(actual === null ? {} : { actual }) },
    ...(actual === null ? {} : { headers: { etag: `"${actual}"` } }),
  });
}

/** RFC 9457. */
export function problemResponse(
  { code, given }: ProblemError,
  request: { readonly path: string; readonly origin: string; readonly id: string },
): Response {
  const { status, title } = PROBLEMS[code];
  const body = {
    type: `${request.origin}/api/docs#problem-${code}`,
    title,
    status,
    detail: given.detail,
    code,
    instance: request.path,
    requestId: request.id,
    ...(given.errors === undefined ? {} : { errors: given.errors }),
    ...given.facts,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...given.headers,
      "content-type": "application/problem+json",
      "cache-control": "no-store",
    },
  });
}
