import type { NotThere } from "../../../src/app/access/problem.ts";
import type { ServiceAccountExists } from "../../../src/app/service-accounts/service-account.ts";
import type { TokenEnded, TokenProblem } from "../../../src/app/tokens/token.ts";
import type { ExpiryProblem } from "../../../src/core/access/token-life.ts";
import { assertNever } from "../../../src/core/result.ts";
import { accessProblem } from "./access-problem.ts";
import { invalidRequest } from "./invalid.ts";
import { ProblemError, valueOr } from "./problem.ts";

/** The value of a result; a refusal becomes the answer. */
export const granted = valueOr(problemOf);

function problemOf(problem: TokenProblem | ServiceAccountExists | NotThere): ProblemError {
  switch (problem.kind) {
    case "not-there":
    case "changed":
      return accessProblem(problem);
    case "service-account-exists":
      return new ProblemError("service-account.already-exists", {
        detail: `The name "${problem.name}" is taken. Choose another one.`,
      });
    case "token-not-found":
      return new ProblemError("token.not-found", {
        detail: `The owner has no token "${problem.token}". Check the id and whose token it is.`,
      });
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
