import { MemberChangeRoleRequest } from "../access.ts";
import type { EndpointDefinition } from "../endpoint.ts";
import { MemberResponse, PersonParams, PersonResponse } from "../people.ts";

const ONE = "/api/v1/people/:person";
const refusals = [
  "person.not-found",
  "person.last-owner",
  "person.changed",
  "access.beyond-own",
] as const;

export const memberEndpoints = {
  "members.get": {
    method: "GET",
    path: ONE,
    scope: "members:read",
    tag: "people",
    summary: "Read a person",
    description: "A member of the organisation, and the teams they are in.",
    params: PersonParams,
    response: { status: 200, description: "The person.", schema: MemberResponse },
    problems: ["person.not-found"],
  },
  "members.change-role": {
    method: "POST",
    path: `${ONE}/change-role`,
    scope: "members:write",
    tag: "people",
    summary: "Change a person's role",
    description:
      "It counts from their next request on. What either role allows must be yours to give; the " +
      "last owner stays one.",
    params: PersonParams,
    request: { schema: MemberChangeRoleRequest, example: { role: "editor" } },
    response: { status: 200, description: "The person.", schema: PersonResponse },
    problems: [...refusals, "role.not-found", "person.owner-denied"],
  },
  "members.remove": {
    method: "DELETE",
    path: ONE,
    scope: "members:write",
    tag: "people",
    summary: "Remove a person",
    description:
      "From the organisation, its teams and grants. Their sessions and tokens do nothing here " +
      "from the next request on. The last owner stays.",
    params: PersonParams,
    response: { status: 200, description: "Who was removed.", schema: PersonResponse },
    problems: refusals,
  },
} as const satisfies Record<string, EndpointDefinition>;
