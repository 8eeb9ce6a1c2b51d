import {
  BreakGlassKeyIssuedResponse,
  BreakGlassKeyIssueRequest,
  BreakGlassKeyPage,
  BreakGlassKeyResponse,
} from "../break-glass-key.ts";
import { ReasonRequest } from "../flag.ts";
import { BreakGlassKeyParams, EnvironmentParams, PageQuery } from "../params.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const BASE = "/api/v1/projects/:project/environments/:environment/break-glass-keys";
const places = ["project.not-found", "environment.not-found", "environment.unfinished"] as const;

export const breakGlassKeyEndpoints = {
  "break-glass-keys.list": {
    method: "GET",
    path: BASE,
    scope: "break-glass:read",
    tag: "break-glass",
    summary: "List break-glass keys",
    description: "Every one ever issued, with its public half; revoked and expired ones included.",
    params: EnvironmentParams,
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: BreakGlassKeyPage },
    problems: places,
  },
  "break-glass-keys.issue": {
    method: "POST",
    path: BASE,
    scope: "break-glass:write",
    tag: "break-glass",
    summary: "Issue a break-glass key",
    description:
      "Makes a key that signs kill commands which the edge accepts while catalogue, login and " +
      "this API are down, for a year unless said otherwise. The private half is in this answer and " +
      "nowhere else: keep it offline. " +
      "A repeated request with the same Idempotency-Key answers `secret: null`.",
    params: EnvironmentParams,
    request: { schema: BreakGlassKeyIssueRequest, example: { name: "on-call safe" } },
    response: {
      status: 201,
      description: "The key.",
      schema: BreakGlassKeyIssuedResponse,
      etag: true,
    },
    problems: [...places, "limit.exceeded"],
  },
  "break-glass-keys.get": {
    method: "GET",
    path: `${BASE}/:breakGlassKey`,
    scope: "break-glass:read",
    tag: "break-glass",
    summary: "Read a break-glass key",
    description: "With its public half; revoked ones included.",
    params: BreakGlassKeyParams,
    response: { status: 200, description: "The key.", schema: BreakGlassKeyResponse, etag: true },
    problems: [...places, "break-glass-key.not-found"],
  },
  "break-glass-keys.revoke": {
    method: "POST",
    path: `${BASE}/:breakGlassKey/revoke`,
    scope: "break-glass:write",
    tag: "break-glass",
    summary: "Revoke a break-glass key",
    description: "What it signs is refused from now on, for good. Twice changes nothing.",
    params: BreakGlassKeyParams,
    ifMatch: "optional",
    request: { schema: ReasonRequest, optional: true, example: { reason: "The safe was moved." } },
    response: {
      status: 200,
      description: "It is revoked.",
      schema: BreakGlassKeyResponse,
      etag: true,
    },
    problems: [...places, "break-glass-key.not-found", "break-glass-key.version-conflict"],
  },
} as const satisfies Record<string, EndpointDefinition>;
