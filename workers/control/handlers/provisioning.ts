import {
  issueProvisioningToken,
  type ProvisioningToken,
  type ProvisioningTokenProblem,
  revokeProvisioningToken,
} from "../../../src/app/provisioning/provisioning-token.ts";
import { invalidRequest } from "../http/invalid.ts";
import { valueOr } from "../http/problem.ts";
import { providerProblem } from "../http/provider-problem.ts";
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

const issued = valueOr((problem: ProvisioningTokenProblem) =>
  problem.kind === "provisioning-token-past" ? pastEnd(problem) : providerProblem(problem),
);

const pastEnd = ({ expiresAtMs }: { readonly expiresAtMs: number }) =>
  invalidRequest("body", [
    {
      path: "/expiresAtMs",
      code: "already-past",
      message: `is ${expiresAtMs}, which is past; give a later moment, or null`,
    },
  ]);
