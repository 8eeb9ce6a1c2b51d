import type {
  ServiceAccountConflict,
  ServiceAccountExists,
  ServiceAccountNotFound,
} from "../../../src/app/service-accounts/service-account.ts";
import type { TokenConflict, TokenEnded, TokenProblem } from "../../../src/app/tokens/token.ts";
import type { ExpiryProblem } from "../../../src/core/access/token-life.ts";
import { assertNever, type Result } from "../../../src/core/result.ts";
import { invalidRequest } from "./invalid.ts";
import { ProblemError } from "./problem.ts";

type Refused =
  | TokenProblem
  | ServiceAccountNotFound
  | ServiceAccountExists
  | ServiceAccountConflict;

/** The value of a result; a refusal becomes the answer. */
export function granted<T>(result: Result<T, Refused>): T {
  if (result.ok) return result.value;
  throw problemOf(result.error);
}

function problemOf(problem: Refused): ProblemError {
  switch (problem.kind) {
    case "service-account-not-found":
      return new ProblemError("service-account.not-found", {
        detail:
          `The organisation has no service account "${problem.serviceAccount}". ` +
          "GET /api/v1/service-accounts lists them.",
      });
    case "service-account-exists":
      return new ProblemError("service-account.already-exists", {
        detail: `The name "${problem.name}" is taken. Choose another one.`,
      });
    case "service-account-conflict":
      return conflict("service-account", problem.serviceAccount, problem);
    case "token-not-found":
      return new ProblemError("token.not-found", {
        detail: `The owner has no token "${problem.token}". Check the id and whose token it is.`,
      });
    case "token-conflict":
      return conflict("token", problem.token, problem);
    case "token-ended":
      return ended(problem);
    case "token-too-mighty":
      return new ProblemError("token.too-mighty", {
        detail:
          "Nobody can give more than they have themselves, and you may not do " +
          `${problem.scopes.join(", ")} everywhere where the token's owner may.`,
        facts: { scopes: problem.scopes },
      });
    case "already-past":
    case "too-late":
    case "must-expire":
      return invalidRequest("body", [
        { path: "/expiresAt", code: problem.kind, message: unfitExpiry(problem) },
      ]);
    default:
      return assertNever(problem);
  }
}

function conflict(
  what: "service-account" | "token",
  id: string,
  { expected, actual }: Pick<ServiceAccountConflict | TokenConflict, "expected" | "actual">,
): ProblemError {
  const there = actual === null ? "another one was saved at the same time" : `${actual} is there`;
  return new ProblemError(`${what}.version-conflict`, {
    detail: `You edited version ${expected} of "${id}"; ${there}. Read it and apply your change again.`,
    facts: { expected, ...(actual === null ? {} : { actual }) },
    ...(actual === null ? {} : { headers: { etag: `"${actual}"` } }),
  });
}

function ended({ token, why, replacedBy }: TokenEnded): ProblemError {
  const detail = {
    revoked: `The token "${token}" is revoked. Issue a new one.`,
    expired: `The token "${token}" has expired. Issue a new one.`,
    replaced: `The token "${token}" was rotated already. Rotate its replacement "${replacedBy}".`,
  }[why];
  return new ProblemError("token.ended", { detail, facts: { why, replacedBy } });
}

function unfitExpiry(problem: ExpiryProblem): string {
  switch (problem.kind) {
    case "already-past":
      return `is ${at(problem.expiresAtMs)}, and it is ${isoTime(problem.nowMs)} already; give a later moment, or leave it out`;
    case "too-late":
      return `is ${at(problem.expiresAtMs)}; a token may last until ${isoTime(problem.latestMs)}, 365 days from now`;
    case "must-expire":
      return "is null, and a person's token must expire; give a moment, or leave it out for 90 days";
    default:
      return assertNever(problem);
  }
}

const isoTime = (ms: number) => new Date(ms).toISOString();
const at = (ms: number) => `${ms} (${isoTime(ms)})`;
