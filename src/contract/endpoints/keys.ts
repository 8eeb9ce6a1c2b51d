import { ReasonRequest } from "../flag.ts";
import { EnvironmentParams, KeyParams, PageQuery } from "../params.ts";
import {
  KeyIssueRequest,
  KeyIssuedResponse,
  KeyPage,
  KeyResponse,
  KeyRevokedResponse,
  KeyRotateRequest,
} from "../sdk-key.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const BASE = "/api/v1/projects/:project/environments/:environment/keys";
const places = ["project.not-found", "environment.not-found", "environment.unfinished"] as const;

export const keyEndpoints = {
  "keys.list": {
    method: "GET",
    path: BASE,
    scope: "keys:read",
    tag: "keys",
    summary: "List SDK keys",
    description: "With hints, never with secrets.",
    params: EnvironmentParams,
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: KeyPage },
    problems: places,
  },
  "keys.issue": {
    method: "POST",
    path: BASE,
    scope: "keys:write",
    tag: "keys",
    summary: "Issue an SDK key",
    description:
      "The secret is in this answer and nowhere else; only its hash is kept. A repeated request " +
      "with the same Idempotency-Key answers `secret: null`.",
    params: EnvironmentParams,
    request: { schema: KeyIssueRequest, example: { kind: "server", name: "web shop back end" } },
    response: { status: 201, description: "The key.", schema: KeyIssuedResponse, etag: true },
    problems: [...places, "key.already-exists", "document.invalid", "limit.exceeded"],
  },
  "keys.get": {
    method: "GET",
    path: `${BASE}/:key`,
    scope: "keys:read",
    tag: "keys",
    summary: "Read an SDK key",
    description: "With its hint, never with the secret; revoked ones included.",
    params: KeyParams,
    response: { status: 200, description: "The key.", schema: KeyResponse, etag: true },
    problems: [...places, "key.not-found"],
  },
  "keys.rotate": {
    method: "POST",
    path: `${BASE}/:key/rotate`,
    scope: "keys:write",
    tag: "keys",
    summary: "Rotate an SDK key",
    description:
      "The replacement works at once; the old key goes on for the overlap, then stops. If-Match " +
      "takes the old key's ETag; the answer has the replacement's.",
    params: KeyParams,
    ifMatch: "optional",
    request: { schema: KeyRotateRequest, optional: true, example: { overlapSeconds: 3_600 } },
    response: {
      status: 201,
      description: "The replacement.",
      schema: KeyIssuedResponse,
      etag: true,
    },
    problems: [
      ...places,
      "key.not-found",
      "key.revoked",
      "key.version-conflict",
      "key.already-exists",
      "limit.exceeded",
    ],
  },
  "keys.revoke": {
    method: "POST",
    path: `${BASE}/:key/revoke`,
    scope: "keys:write",
    tag: "keys",
    summary: "Revoke an SDK key",
    description: "It stops with the next revision, for good. Revoking twice changes nothing.",
    params: KeyParams,
    ifMatch: "optional",
    request: { schema: ReasonRequest, optional: true, example: { reason: "Leaked in a log." } },
    response: {
      status: 200,
      description: "It is revoked.",
      schema: KeyRevokedResponse,
      etag: true,
    },
    problems: [...places, "key.not-found", "key.version-conflict"],
  },
} as const satisfies Record<string, EndpointDefinition>;
