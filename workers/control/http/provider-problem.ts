import type { ProviderProblem } from "../../../src/app/identity/change-provider.ts";
import type { RoleNotGiven } from "../../../src/app/identity/roles-to-give.ts";
import { assertNever } from "../../../src/core/result.ts";
import { accessProblem } from "./access-problem.ts";
import { ProblemError, valueOr } from "./problem.ts";

/** The value of a result; a refusal becomes the answer. */
export const provided = valueOr(providerProblem);

export function providerProblem(problem: ProviderProblem): ProblemError {
  switch (problem.kind) {
    case "provider-role-unknown":
      return roleUnknown(problem);
    case "not-there":
    case "changed":
    case "too-mighty":
      return accessProblem(problem);
    case "provider-certificate":
      return new ProblemError("identity-provider.certificate-invalid", {
        detail:
          `Certificate ${problem.index + 1} cannot be used: ${problem.fault}. Copy it anew from ` +
          "the provider, with its BEGIN and END lines.",
      });
    case "provider-secret-missing":
      return new ProblemError("identity-provider.secret-missing", {
        detail: "Give `clientSecret`, which the provider shows where the client is set up.",
      });
    case "provider-kind-fixed":
      return new ProblemError("identity-provider.kind-fixed", {
        detail: `The provider speaks "${problem.is}", which cannot be changed. Set up another one.`,
      });
    case "domain-taken":
      return new ProblemError("identity-provider.domain-taken", {
        detail:
          `Another identity provider speaks for "${problem.domain}". Take the domain from that ` +
          "one first; it may be another organisation's.",
      });
    default:
      return assertNever(problem);
  }
}

const roleUnknown = ({ role }: RoleNotGiven) =>
  new ProblemError("identity-provider.role-unknown", {
    detail:
      `Neither a provider nor a directory can give the role "${role}". They give the roles of the ` +
      "organisation (GET /api/v1/roles) that allow no more than admin does.",
  });
