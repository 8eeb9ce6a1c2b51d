import type { EndpointDefinition } from "../endpoint.ts";
import { ReasonRequest } from "../flag.ts";
import { PageQuery } from "../params.ts";
import { ServiceAccountParams } from "../service-account.ts";
import {
  MyTokenIssueRequest,
  MyTokenParams,
  MyTokenRotateRequest,
  ServiceTokenIssueRequest,
  ServiceTokenParams,
  ServiceTokenRotateRequest,
  TokenIssuedResponse,
  TokenPage,
  TokenResponse,
} from "../token.ts";

const MINE = "/api/v1/me/tokens";
const OF_ACCOUNT = "/api/v1/service-accounts/:serviceAccount/tokens";

const page = { status: 200, description: "One page.", schema: TokenPage } as const;
const token = {
  status: 200,
  description: "The token.",
  schema: TokenResponse,
  etag: true,
} as const;
const issued = { status: 201, schema: TokenIssuedResponse, etag: true } as const;
const revoked = { ...token, description: "It is revoked." } as const;

const ONCE =
  "The secret is in this answer and nowhere else; only its hash is kept. A repeated request with " +
  "the same Idempotency-Key answers `secret: null`.";
const ROTATING =
  "The replacement has the same name, scopes and owner, and works at once; the old token goes on " +
  "for the overlap, then stops. If-Match takes the old token's ETag; the answer has the " +
  "replacement's.";
const REVOKING =
  "It is refused from the next request on, for good. Revoking twice changes nothing.";

const example = { name: "laptop", scopes: ["flags:read", "flags:write"] };
const reason = { schema: ReasonRequest, optional: true, example: { reason: "Leaked." } } as const;

const issuing = ["token.too-mighty"] as const;
const changing = ["token.not-found", "token.version-conflict"] as const;
const rotating = [...changing, ...issuing, "token.ended"] as const;
const ofAccount = ["service-account.not-found"] as const;

/** A person's own, for scripts and tools that act as that person. */
const myTokenEndpoints = {
  "my-tokens.list": {
    method: "GET",
    path: MINE,
    scope: "self",
    tag: "tokens",
    summary: "List one's own tokens",
    description: "Newest first, with hints, never with secrets; those that have ended included.",
    query: PageQuery,
    response: page,
    problems: [],
  },
  "my-tokens.issue": {
    method: "POST",
    path: MINE,
    scope: "self",
    tag: "tokens",
    summary: "Issue a token to oneself",
    description: `It may do what its owner may, within its scopes. ${ONCE}`,
    request: { schema: MyTokenIssueRequest, example },
    response: { ...issued, description: "The token." },
    problems: issuing,
  },
  "my-tokens.get": {
    method: "GET",
    path: `${MINE}/:token`,
    scope: "self",
    tag: "tokens",
    summary: "Read one of one's own tokens",
    description: "With its hint, never with the secret.",
    params: MyTokenParams,
    response: token,
    problems: ["token.not-found"],
  },
  "my-tokens.rotate": {
    method: "POST",
    path: `${MINE}/:token/rotate`,
    scope: "self",
    tag: "tokens",
    summary: "Rotate one of one's own tokens",
    description: `${ROTATING} ${ONCE}`,
    params: MyTokenParams,
    ifMatch: "optional",
    request: { schema: MyTokenRotateRequest, optional: true, example: { overlapMs: 3_600_000 } },
    response: { ...issued, description: "The replacement." },
    problems: rotating,
  },
  "my-tokens.revoke": {
    method: "POST",
    path: `${MINE}/:token/revoke`,
    scope: "self",
    tag: "tokens",
    summary: "Revoke one of one's own tokens",
    description: REVOKING,
    params: MyTokenParams,
    ifMatch: "optional",
    request: reason,
    response: revoked,
    problems: changing,
  },
} as const satisfies Record<string, EndpointDefinition>;

const serviceTokenEndpoints = {
  "service-tokens.list": {
    method: "GET",
    path: OF_ACCOUNT,
    scope: "tokens:read",
    tag: "tokens",
    summary: "List a service account's tokens",
    description: "Newest first, with hints, never with secrets; those that have ended included.",
    params: ServiceAccountParams,
    query: PageQuery,
    response: page,
    problems: ofAccount,
  },
  "service-tokens.issue": {
    method: "POST",
    path: OF_ACCOUNT,
    scope: "tokens:write",
    tag: "tokens",
    summary: "Issue a token to a service account",
    description: `It may do what the account's grants allow, within its scopes. ${ONCE}`,
    params: ServiceAccountParams,
    request: { schema: ServiceTokenIssueRequest, example: { ...example, expiresAt: null } },
    response: { ...issued, description: "The token." },
    problems: [...ofAccount, ...issuing],
  },
  "service-tokens.get": {
    method: "GET",
    path: `${OF_ACCOUNT}/:token`,
    scope: "tokens:read",
    tag: "tokens",
    summary: "Read a service account's token",
    description: "With its hint, never with the secret.",
    params: ServiceTokenParams,
    response: token,
    problems: [...ofAccount, "token.not-found"],
  },
  "service-tokens.rotate": {
    method: "POST",
    path: `${OF_ACCOUNT}/:token/rotate`,
    scope: "tokens:write",
    tag: "tokens",
    summary: "Rotate a service account's token",
    description: `${ROTATING} ${ONCE}`,
    params: ServiceTokenParams,
    ifMatch: "optional",
    request: {
      schema: ServiceTokenRotateRequest,
      optional: true,
      example: { overlapMs: 3_600_000 },
    },
    response: { ...issued, description: "The replacement." },
    problems: [...ofAccount, ...rotating],
  },
  "service-tokens.revoke": {
    method: "POST",
    path: `${OF_ACCOUNT}/:token/revoke`,
    scope: "tokens:write",
    tag: "tokens",
    summary: "Revoke a service account's token",
    description: REVOKING,
    params: ServiceTokenParams,
    ifMatch: "optional",
    request: reason,
    response: revoked,
    problems: [...ofAccount, ...changing],
  },
} as const satisfies Record<string, EndpointDefinition>;

export const tokenEndpoints = { ...myTokenEndpoints, ...serviceTokenEndpoints } as const;
