import {
  issueProvisioningToken,
  type ProvisioningToken,
  type ProvisioningTokenProblem,
  revokeProvisioningToken,
} from "../../../src/app/provisioning/provisioning-token.ts";
import { assertNever, err, type Result } from "../../../src/core/result.ts";
import { settled } from "../http/access-problem.ts";
import { invalidRequest } from "../http/invalid.ts";
import { ProblemError } from "../http/problem.ts";
import { roleUnknown } from "../http/provider-problem.ts";
import { SCIM_BASE } from "../identity/scim-answer.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

const ID = /^[0-9a-f]{16}$/;

const toResponse = ({
  organisationId: _organisationId,
  hash: _hash,
  ...token
}: ProvisioningToken) => token;

export const provisioningHandlers: HandlersOf<"provisioning"> = {
  "provisioning.list": async ({ query, caller }, { provisioningTokens }) => {
    const page = keyPageRequest(query, ID);
    const tokens = await provisioningTokens.list(caller.organisationId, page);
    return { body: keyPage(tokens, toResponse) };
  },

  "provisioning.issue": async ({ body, caller }, services) => {
    const { token, secret } = issued(await issueProvisioningToken(body, caller, services));
    const shown = { ...toResponse(token), baseUrl: SCIM_BASE };
    const replay = { ...shown, secret: null };
    return { body: { ...shown, secret }, replay, version: token.version };
  },

  "provisioning.revoke": async ({ params, expectedVersion, caller }, services) => {
    const revoked = await revokeProvisioningToken(params.token, expectedVersion, caller, services);
    const token = issued(revoked);
    return { body: toResponse(token), version: token.version };
  },
};

function issued<T>(result: Result<T, ProvisioningTokenProblem>): T {
  if (result.ok) return result.value;
  throw problemOf(result.error);
}

function problemOf(problem: ProvisioningTokenProblem): ProblemError {
  switch (problem.kind) {
    case "provisioning-token-not-found":
      return new ProblemError("provisioning-token.not-found", {
        detail:
          `The organisation has no provisioning token "${problem.token}". ` +
          "GET /api/v1/provisioning-tokens lists them.",
      });
    case "provisioning-token-conflict":
      return new ProblemError("provisioning-token.version-conflict", {
        detail:
          `You saw version ${problem.expected} of "${problem.token}"; it has changed. Read the ` +
          "list and decide again.",
        facts: {
          expected: problem.expected,
          ...(problem.actual === null ? {} : { actual: problem.actual }),
        },
      });
    case "provider-role-unknown":
      return roleUnknown(problem);
    case "too-mighty":
      return settled(err(problem));
    case "provisioning-token-past":
      return invalidRequest("body", [
        {
          path: "/expiresAtMs",
          code: "already-past",
          message: `is ${problem.expiresAtMs}, which is past; give a later moment, or null`,
        },
      ]);
    default:
      return assertNever(problem);
  }
}
