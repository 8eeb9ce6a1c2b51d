import type { ProviderProblem } from "../../../src/app/identity/change-provider.ts";
import type { RoleNotGiven } from "../../../src/app/identity/roles-to-give.ts";
import { assertNever, err, type Result } from "../../../src/core/result.ts";
import { settled } from "./access-problem.ts";
import { ProblemError } from "./problem.ts";

/** The value of a result; a refusal becomes the answer. */
export function provided<T>(result: Result<T, ProviderProblem>): T {
  if (result.ok) return result.value;
  throw problemOf(result.error);
}

function problemOf(problem: ProviderProblem): ProblemError {
  switch (problem.kind) {
    case "provider-not-found":
      return new ProblemError("identity-provider.not-found", {
        detail:
          `The organisation has no identity provider "${problem.provider}". ` +
          "GET /api/v1/identity-providers lists them.",
      });
    case "provider-role-unknown":
      return roleUnknown(problem);
    case "too-mighty":
      return settled(err(problem));
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
    case "provider-conflict":
      return conflict(problem);
    default:
      return assertNever(problem);
  }
}

export const roleUnknown = ({ role }: RoleNotGiven) =>
  new ProblemError("identity-provider.role-unknown", {
    detail:
      `Neither a provider nor a directory can give the role "${role}". They give the roles of the ` +
      "organisation (GET /api/v1/roles) that allow no more than admin does.",
  });

function conflict({
  provider,
  expected,
  actual,
}: Extract<ProviderProblem, { kind: "provider-conflict" }>): ProblemError {
  const there = actual === null ? "another one was saved at the same time" : `${actual} is there`;
  return new ProblemError("identity-provider.version-conflict", {
    detail: `You edited version ${expected} of "${provider}"; ${there}. Read it and apply your change again.`,
    facts: { expected, ...(actual === null ? {} : { actual }) },
    ...(actual === null ? {} : { headers: { etag: `"${actual}"` } }),
  });
}
