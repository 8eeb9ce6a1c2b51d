import type { EndpointDefinition } from "../endpoint.ts";
import { PageQuery } from "../params.ts";
import {
  KeyDeletedResponse,
  UnitCreateRequest,
  UnitPage,
  UnitParams,
  UnitPatchRequest,
  UnitResponse,
} from "../team.ts";

const BASE = "/api/v1/units";
const ONE = `${BASE}/:unit` as const;
const unit = { status: 200, description: "The unit.", schema: UnitResponse, etag: true } as const;
const changes = ["unit.not-found", "unit.version-conflict"] as const;

export const unitEndpoints = {
  "units.list": {
    method: "GET",
    path: BASE,
    scope: "members:read",
    tag: "units",
    summary: "List units",
    description: "The organisation's business units, ordered by key.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: UnitPage },
    problems: [],
  },
  "units.create": {
    method: "POST",
    path: BASE,
    scope: "members:write",
    feature: "units",
    tag: "units",
    summary: "Create a unit",
    description: "Teams and projects are put into it next.",
    request: { schema: UnitCreateRequest, example: { key: "retail", name: "Retail" } },
    response: { ...unit, status: 201 },
    problems: ["unit.already-exists"],
  },
  "units.get": {
    method: "GET",
    path: ONE,
    scope: "members:read",
    tag: "units",
    summary: "Read a unit",
    description: "One unit, with its version as ETag.",
    params: UnitParams,
    response: unit,
    problems: ["unit.not-found"],
  },
  "units.patch": {
    method: "PATCH",
    path: ONE,
    scope: "members:write",
    tag: "units",
    summary: "Rename a unit",
    description: "The key stays.",
    params: UnitParams,
    ifMatch: "required",
    request: { schema: UnitPatchRequest, example: { name: "Retail and wholesale" } },
    response: unit,
    problems: changes,
  },
  "units.delete": {
    method: "DELETE",
    path: ONE,
    scope: "members:write",
    tag: "units",
    summary: "Delete a unit",
    description: "Refused while a project or team belongs to it, or a grant names it.",
    params: UnitParams,
    ifMatch: "optional",
    response: { status: 200, description: "It is deleted.", schema: KeyDeletedResponse },
    problems: [...changes, "unit.in-use"],
  },
} as const satisfies Record<string, EndpointDefinition>;
