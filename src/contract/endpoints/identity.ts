import {
  IdentityProviderCreateRequest,
  IdentityProviderDeletedResponse,
  IdentityProviderPage,
  IdentityProviderParams,
  IdentityProviderPatchRequest,
  IdentityProviderResponse,
} from "../identity-provider.ts";
import { PageQuery } from "../params.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const BASE = "/api/v1/identity-providers";
const provider = {
  status: 200,
  description: "The provider, without its secret.",
  schema: IdentityProviderResponse,
  etag: true,
} as const;
const unfit = [
  "access.beyond-own",
  "identity-provider.role-unknown",
  "identity-provider.certificate-invalid",
  "identity-provider.secret-missing",
  "identity-provider.domain-taken",
] as const;

export const identityEndpoints = {
  "identity.list": {
    method: "GET",
    path: BASE,
    scope: "identity:read",
    tag: "identity",
    summary: "List identity providers",
    description: "Those of the organisation, without their secrets.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: IdentityProviderPage },
    problems: [],
  },
  "identity.create": {
    method: "POST",
    path: BASE,
    scope: "identity:write",
    feature: "single-sign-on",
    tag: "identity",
    summary: "Set up an identity provider",
    description:
      "Who signs in by it becomes a member of the organisation, with the role that the rules " +
      "give. The addresses in the answer are what the provider has to know.",
    request: {
      schema: IdentityProviderCreateRequest,
      example: {
        name: "Company login",
        domains: ["example.com"],
        settings: { kind: "oidc", issuer: "https://login.example.com", clientId: "switchyard" },
        clientSecret: "the secret that the provider gave",
        roles: {
          claim: "groups",
          rules: [{ value: "flag-admins", role: "admin" }],
          default: "viewer",
        },
      },
    },
    response: { ...provider, status: 201 },
    problems: unfit,
  },
  "identity.get": {
    method: "GET",
    path: `${BASE}/:provider`,
    scope: "identity:read",
    tag: "identity",
    summary: "Read an identity provider",
    description: "Without its secret.",
    params: IdentityProviderParams,
    response: provider,
    problems: ["identity-provider.not-found"],
  },
  "identity.patch": {
    method: "PATCH",
    path: `${BASE}/:provider`,
    scope: "identity:write",
    tag: "identity",
    summary: "Change an identity provider",
    description:
      "Absent fields stay as they are, the secret too. Sign-ins that are under way begin again.",
    params: IdentityProviderParams,
    ifMatch: "required",
    request: { schema: IdentityProviderPatchRequest, example: { disabled: true } },
    response: provider,
    problems: [
      "identity-provider.not-found",
      "identity-provider.version-conflict",
      "identity-provider.kind-fixed",
      ...unfit,
    ],
  },
  "identity.delete": {
    method: "DELETE",
    path: `${BASE}/:provider`,
    scope: "identity:write",
    tag: "identity",
    summary: "Delete an identity provider",
    description:
      "Nobody can sign in by it again, and its domains are free. People stay members and keep " +
      "their sessions.",
    params: IdentityProviderParams,
    ifMatch: "optional",
    response: {
      status: 200,
      description: "It is deleted.",
      schema: IdentityProviderDeletedResponse,
    },
    problems: ["identity-provider.not-found", "identity-provider.version-conflict"],
  },
} as const satisfies Record<string, EndpointDefinition>;
