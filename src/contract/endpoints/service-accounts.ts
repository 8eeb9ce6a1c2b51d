import type { EndpointDefinition } from "../endpoint.ts";
import { ReasonRequest } from "../flag.ts";
import { PageQuery } from "../params.ts";
import {
  ServiceAccountCreateRequest,
  ServiceAccountDeletedResponse,
  ServiceAccountPage,
  ServiceAccountParams,
  ServiceAccountPatchRequest,
  ServiceAccountResponse,
} from "../service-account.ts";

const BASE = "/api/v1/service-accounts";
const ONE = `${BASE}/:serviceAccount` as const;

const account = {
  status: 200,
  description: "The service account.",
  schema: ServiceAccountResponse,
  etag: true,
} as const;

const changes = ["service-account.not-found", "service-account.version-conflict"] as const;

export const serviceAccountEndpoints = {
  "service-accounts.list": {
    method: "GET",
    path: BASE,
    scope: "tokens:read",
    tag: "service-accounts",
    summary: "List service accounts",
    description: "Of the organisation, newest first.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: ServiceAccountPage },
    problems: [],
  },
  "service-accounts.create": {
    method: "POST",
    path: BASE,
    scope: "tokens:write",
    tag: "service-accounts",
    summary: "Create a service account",
    description: "For a program. It may do nothing yet: grants come next, then a token.",
    request: {
      schema: ServiceAccountCreateRequest,
      example: { name: "deploy pipeline", description: "Turns flags on after a release." },
    },
    response: { ...account, status: 201 },
    problems: ["service-account.already-exists"],
  },
  "service-accounts.get": {
    method: "GET",
    path: ONE,
    scope: "tokens:read",
    tag: "service-accounts",
    summary: "Read a service account",
    description: "One account, with its version as ETag.",
    params: ServiceAccountParams,
    response: account,
    problems: ["service-account.not-found"],
  },
  "service-accounts.patch": {
    method: "PATCH",
    path: ONE,
    scope: "tokens:write",
    tag: "service-accounts",
    summary: "Change a service account",
    description: "Absent fields stay as they are.",
    params: ServiceAccountParams,
    ifMatch: "required",
    request: { schema: ServiceAccountPatchRequest, example: { name: "release pipeline" } },
    response: account,
    problems: [...changes, "service-account.already-exists"],
  },
  "service-accounts.disable": {
    method: "POST",
    path: `${ONE}/disable`,
    scope: "tokens:write",
    tag: "service-accounts",
    summary: "Disable a service account",
    description:
      "From the next request on its tokens are refused. Disabling twice changes nothing.",
    params: ServiceAccountParams,
    ifMatch: "optional",
    request: { schema: ReasonRequest, optional: true, example: { reason: "Under investigation." } },
    response: account,
    problems: changes,
  },
  "service-accounts.enable": {
    method: "POST",
    path: `${ONE}/enable`,
    scope: "tokens:write",
    tag: "service-accounts",
    summary: "Enable a service account",
    description: "Its tokens work again, unless they have ended. Enabling twice changes nothing.",
    params: ServiceAccountParams,
    ifMatch: "optional",
    request: { schema: ReasonRequest, optional: true, example: { reason: "All is well." } },
    response: account,
    problems: changes,
  },
  "service-accounts.delete": {
    method: "DELETE",
    path: ONE,
    scope: "tokens:write",
    tag: "service-accounts",
    summary: "Delete a service account",
    description: "Its tokens end for good, its grants with them; its name is free again.",
    params: ServiceAccountParams,
    ifMatch: "optional",
    response: {
      status: 200,
      description: "It is gone.",
      schema: ServiceAccountDeletedResponse,
      etag: true,
    },
    problems: changes,
  },
} as const satisfies Record<string, EndpointDefinition>;
