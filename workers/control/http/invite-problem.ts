import type {
  CancelProblem,
  InviteProblem,
  SomeoneCanSignIn,
} from "../../../src/app/identity/invite.ts";
import type { NotThere } from "../../../src/app/access/problem.ts";
import { assertNever, err } from "../../../src/core/result.ts";
import type { Result } from "../../../src/core/result.ts";
import { settled } from "./access-problem.ts";
import { invalidRequest } from "./invalid.ts";
import { ProblemError } from "./problem.ts";

type Problem = InviteProblem | CancelProblem | SomeoneCanSignIn;

/** The value of a result; a refusal becomes the answer. */
export function valueOfInvite<T>(result: Result<T, Problem>): T {
  if (result.ok) return result.value;
  const { error } = result;
  if (error.kind === "not-there") return settled(err(error));
  throw problemOf(error);
}

function problemOf(problem: Exclude<Problem, NotThere>): ProblemError {
  switch (problem.kind) {
    case "email-invalid":
      return invalidRequest("body", [
        {
          path: "/email",
          code: "format",
          message: `is ${JSON.stringify(problem.email)}, must look like name@example.com`,
        },
      ]);
    case "already-member":
      return new ProblemError("person.already-member", {
        detail: `${problem.email} is a member already. Grants say what a member may do.`,
      });
    case "role-beyond-own":
      return new ProblemError("person.role-beyond-own", {
        detail:
          `The role "${problem.role}" would allow more than you may do yourself, or further: ` +
          `${problem.scopes.slice(0, 5).join(", ")}${problem.scopes.length > 5 ? " …" : ""}.`,
        facts: { scopes: problem.scopes },
      });
    case "invitation-not-found":
      return new ProblemError("invitation.not-found", {
        detail:
          `The organisation has no invitation "${problem.id}". ` +
          "GET /api/v1/invitations lists them.",
      });
    case "invitation-ended":
      return new ProblemError("invitation.ended", {
        detail: `The invitation was ${problem.state}, so there is nothing to cancel.`,
      });
    case "someone-can-sign-in":
      return new ProblemError("installation.has-people", {
        detail:
          "Somebody can sign in, so owners are made by owners: POST /api/v1/invitations with the " +
          'role "owner".',
      });
    default:
      return assertNever(problem);
  }
}
