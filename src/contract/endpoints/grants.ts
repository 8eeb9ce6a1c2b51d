import { AccessCheckQuery, AccessCheckResponse, MeResponse } from "../access.ts";
import type { EndpointDefinition } from "../endpoint.ts";
import {
  GrantCreateRequest,
  GrantDeletedResponse,
  GrantListQuery,
  GrantPage,
  GrantParams,
  GrantResponse,
} from "../grant.ts";

const BASE = "/api/v1/grants";
const ONE = `${BASE}/:grant` as const;
const grant = { status: 200, description: "The grant.", schema: GrantResponse } as const;
const named = [
  "person.not-found",
  "service-account.not-found",
  "team.not-found",
  "unit.not-found",
  "project.not-found",
  "environment.not-found",
] as const;

export const grantEndpoints = {
  "grants.list": {
    method: "GET",
    path: BASE,
    scope: "access:read",
    tag: "access",
    summary: "List grants",
    description: "Newest first: all of the organisation, or those that the query names.",
    query: GrantListQuery,
    response: { status: 200, description: "One page.", schema: GrantPage },
    problems: [...named, "access.beyond-own"],
  },
  "grants.create": {
    method: "POST",
    path: BASE,
    scope: "access:write",
    tag: "access",
    summary: "Give a grant",
    description:
      "Allows or denies a role's scopes, or scopes one by one, to whom and where it says. " +
      "Nobody gives what they do not hold all over that place.",
    request: {
      schema: GrantCreateRequest,
      example: { to: { kind: "everyone" }, scopes: ["flags:read"] },
    },
    response: { ...grant, status: 201 },
    problems: [...named, "role.not-found", "access.beyond-own", "grant.shuts-out"],
  },
  "grants.get": {
    method: "GET",
    path: ONE,
    scope: "access:read",
    tag: "access",
    summary: "Read a grant",
    description: "Grants never change, so that they have no version.",
    params: GrantParams,
    response: grant,
    problems: ["grant.not-found"],
  },
  "grants.delete": {
    method: "DELETE",
    path: ONE,
    scope: "access:write",
    tag: "access",
    summary: "Take a grant away",
    description:
      "Counts from the next request on. A deny that binds you is taken by another, or by whoever " +
      "was granted everything in the organisation.",
    params: GrantParams,
    response: { status: 200, description: "It is gone.", schema: GrantDeletedResponse },
    problems: ["grant.not-found", "access.beyond-own"],
  },
} as const satisfies Record<string, EndpointDefinition>;

export const accessEndpoints = {
  "access.me": {
    method: "GET",
    path: "/api/v1/me",
    scope: "any",
    tag: "access",
    summary: "Read who you are",
    description: "Your organisation, what you may do, and which grants say so.",
    response: { status: 200, description: "You.", schema: MeResponse },
    problems: ["organisation.not-found"],
  },
  "access.check": {
    method: "GET",
    path: "/api/v1/access/check",
    scope: "any",
    tag: "access",
    summary: "Ask whether somebody may do something",
    description:
      "The decision as a request would meet it, and the grants that decided. About others it " +
      "needs `access:read`.",
    query: AccessCheckQuery,
    response: { status: 200, description: "The decision.", schema: AccessCheckResponse },
    problems: named.filter((code) => code !== "team.not-found" && code !== "unit.not-found"),
  },
} as const satisfies Record<string, EndpointDefinition>;
