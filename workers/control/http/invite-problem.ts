import type {
  CancelProblem,
  InviteProblem,
  SomeoneCanSignIn,
} from "../../../src/app/identity/invite.ts";
import { assertNever } from "../../../src/core/result.ts";
import { accessProblem } from "./access-problem.ts";
import { invalidRequest } from "./invalid.ts";
import { ProblemError, valueOr } from "./problem.ts";

/** The value of a result; a refusal becomes the answer. */
export const valueOfInvite = valueOr(problemOf);

function problemOf(problem: InviteProblem | CancelProblem | SomeoneCanSignIn): ProblemError {
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
    case "not-there":
      return accessProblem(problem);
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
