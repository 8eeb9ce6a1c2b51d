import { PageQuery } from "../params.ts";
import {
  ProvisioningTokenIssueRequest,
  ProvisioningTokenIssuedResponse,
  ProvisioningTokenPage,
  ProvisioningTokenParams,
  ProvisioningTokenResponse,
} from "../provisioning-token.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const BASE = "/api/v1/provisioning-tokens";

export const provisioningEndpoints = {
  "provisioning.list": {
    method: "GET",
    path: BASE,
    scope: "identity:read",
    tag: "identity",
    summary: "List provisioning tokens",
    description: "With hints, never with the tokens; revoked ones included.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: ProvisioningTokenPage },
    problems: [],
  },
  "provisioning.issue": {
    method: "POST",
    path: BASE,
    scope: "identity:write",
    feature: "provisioning",
    tag: "identity",
    summary: "Issue a provisioning token",
    description:
      "With it a directory puts people in and takes them out by SCIM 2.0, of the domains of the " +
      "organisation's identity providers. Several may work at once, so that one can take " +
      "another's place without a gap.",
    request: { schema: ProvisioningTokenIssueRequest, example: { name: "Company directory" } },
    response: {
      status: 201,
      description: "The token.",
      schema: ProvisioningTokenIssuedResponse,
      etag: true,
    },
    problems: [
      "access.beyond-own",
      "identity-provider.role-unknown",
      "provisioning-token.not-found",
    ],
  },
  "provisioning.revoke": {
    method: "POST",
    path: `${BASE}/:token/revoke`,
    scope: "identity:write",
    tag: "identity",
    summary: "Revoke a provisioning token",
    description: "It stops at once, for good. Revoking twice changes nothing.",
    params: ProvisioningTokenParams,
    ifMatch: "optional",
    response: {
      status: 200,
      description: "It is revoked.",
      schema: ProvisioningTokenResponse,
      etag: true,
    },
    problems: ["provisioning-token.not-found", "provisioning-token.version-conflict"],
  },
} as const satisfies Record<string, EndpointDefinition>;
