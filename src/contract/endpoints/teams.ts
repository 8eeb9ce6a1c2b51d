import type { EndpointDefinition } from "../endpoint.ts";
import { PageQuery } from "../params.ts";
import {
  KeyDeletedResponse,
  TeamCreateRequest,
  TeamPage,
  TeamParams,
  TeamPatchRequest,
  TeamPeoplePage,
  TeamPersonParams,
  TeamPersonRequest,
  TeamPersonResponse,
  TeamResponse,
} from "../team.ts";

const BASE = "/api/v1/teams";
const ONE = `${BASE}/:team` as const;
const team = { status: 200, description: "The team.", schema: TeamResponse, etag: true } as const;
const changes = ["team.not-found", "team.version-conflict"] as const;
const place = {
  status: 200,
  description: "It is so now.",
  schema: TeamPersonResponse,
} as const;

export const teamEndpoints = {
  "teams.list": {
    method: "GET",
    path: BASE,
    scope: "members:read",
    tag: "teams",
    summary: "List teams",
    description: "The organisation's teams, ordered by key.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: TeamPage },
    problems: [],
  },
  "teams.create": {
    method: "POST",
    path: BASE,
    scope: "members:write",
    tag: "teams",
    summary: "Create a team",
    description: "It begins without people; put them in next.",
    request: { schema: TeamCreateRequest, example: { key: "checkout", name: "Checkout" } },
    response: { ...team, status: 201 },
    problems: ["team.already-exists", "unit.not-found"],
  },
  "teams.get": {
    method: "GET",
    path: ONE,
    scope: "members:read",
    tag: "teams",
    summary: "Read a team",
    description: "One team, with its version as ETag.",
    params: TeamParams,
    response: team,
    problems: ["team.not-found"],
  },
  "teams.patch": {
    method: "PATCH",
    path: ONE,
    scope: "members:write",
    tag: "teams",
    summary: "Change a team",
    description:
      "Absent fields stay as they are. A team that moves to another unit gets that one's grants, " +
      "which must be yours to give.",
    params: TeamParams,
    ifMatch: "required",
    request: { schema: TeamPatchRequest, example: { name: "Checkout and payment" } },
    response: team,
    problems: [...changes, "unit.not-found", "access.beyond-own"],
  },
  "teams.delete": {
    method: "DELETE",
    path: ONE,
    scope: "members:write",
    tag: "teams",
    summary: "Delete a team",
    description: "Refused while grants hang on it. Its people stay in the organisation.",
    params: TeamParams,
    ifMatch: "optional",
    response: { status: 200, description: "It is deleted.", schema: KeyDeletedResponse },
    problems: [...changes, "team.in-use", "access.beyond-own"],
  },
  "teams.people": {
    method: "GET",
    path: `${ONE}/people`,
    scope: "members:read",
    tag: "teams",
    summary: "List a team's people",
    description: "Ordered by id.",
    params: TeamParams,
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: TeamPeoplePage },
    problems: ["team.not-found"],
  },
  "teams.add-person": {
    method: "POST",
    path: `${ONE}/people`,
    scope: "members:write",
    tag: "teams",
    summary: "Put somebody into a team",
    description:
      "They get what the team and its unit were granted, which must be yours to give. Doing it " +
      "again changes nothing.",
    params: TeamParams,
    request: { schema: TeamPersonRequest, example: { person: "6f1d2c3b4a596877" } },
    response: place,
    problems: ["team.not-found", "person.not-found", "access.beyond-own"],
  },
  "teams.remove-person": {
    method: "DELETE",
    path: `${ONE}/people/:person`,
    scope: "members:write",
    tag: "teams",
    summary: "Take somebody out of a team",
    description: "They lose what the team and its unit were granted. Again: nothing changes.",
    params: TeamPersonParams,
    response: place,
    problems: ["team.not-found", "person.not-found", "access.beyond-own"],
  },
} as const satisfies Record<string, EndpointDefinition>;
