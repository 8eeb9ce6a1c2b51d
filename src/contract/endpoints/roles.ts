import type { EndpointDefinition } from "../endpoint.ts";
import { PageQuery } from "../params.ts";
import {
  RoleCreateRequest,
  RolePage,
  RoleParams,
  RolePatchRequest,
  RoleResponse,
} from "../role.ts";
import { KeyDeletedResponse } from "../team.ts";

const BASE = "/api/v1/roles";
const ONE = `${BASE}/:role` as const;
const role = { status: 200, description: "The role.", schema: RoleResponse, etag: true } as const;
const changes = ["role.not-found", "role.version-conflict"] as const;

export const roleEndpoints = {
  "roles.list": {
    method: "GET",
    path: BASE,
    scope: "access:read",
    tag: "access",
    summary: "List roles",
    description: "The organisation's own, ordered by key, and the built-in ones.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: RolePage },
    problems: [],
  },
  "roles.create": {
    method: "POST",
    path: BASE,
    scope: "access:write",
    feature: "custom-roles",
    tag: "access",
    summary: "Create a role",
    description: "A name for scopes, none of them beyond your own in the whole organisation.",
    request: {
      schema: RoleCreateRequest,
      example: { key: "releaser", name: "Releaser", scopes: ["flags:read", "flags:write"] },
    },
    response: { ...role, status: 201 },
    problems: ["role.already-exists", "access.beyond-own"],
  },
  "roles.get": {
    method: "GET",
    path: ONE,
    scope: "access:read",
    tag: "access",
    summary: "Read a role",
    description: "One of the organisation's own, with its version as ETag.",
    params: RoleParams,
    response: role,
    problems: ["role.not-found"],
  },
  "roles.patch": {
    method: "PATCH",
    path: ONE,
    scope: "access:write",
    tag: "access",
    summary: "Change a role",
    description:
      "Counts at once for everybody who has it. What is added or taken must be yours to give in " +
      "the whole organisation, and what is added something that each deny of the role may deny.",
    params: RoleParams,
    ifMatch: "required",
    request: { schema: RolePatchRequest, example: { name: "Release manager" } },
    response: role,
    problems: [...changes, "access.beyond-own", "grant.shuts-out"],
  },
  "roles.delete": {
    method: "DELETE",
    path: ONE,
    scope: "access:write",
    tag: "access",
    summary: "Delete a role",
    description: "Refused while somebody has it, or would get it.",
    params: RoleParams,
    ifMatch: "optional",
    response: { status: 200, description: "It is deleted.", schema: KeyDeletedResponse },
    problems: [...changes, "role.in-use"],
  },
} as const satisfies Record<string, EndpointDefinition>;
