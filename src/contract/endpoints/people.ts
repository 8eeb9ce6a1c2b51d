import type { EndpointDefinition } from "../endpoint.ts";
import { ReasonRequest } from "../flag.ts";
import { PageQuery } from "../params.ts";
import {
  FirstOwnerLinkResponse,
  InvitationCreateRequest,
  InvitationIssuedResponse,
  InvitationPage,
  InvitationParams,
  InvitationResponse,
  PersonPage,
  PersonParams,
  SessionsEndedResponse,
} from "../people.ts";

const PEOPLE = "/api/v1/people";
const INVITATIONS = "/api/v1/invitations";

export const peopleEndpoints = {
  "people.list": {
    method: "GET",
    path: PEOPLE,
    scope: "members:read",
    tag: "people",
    summary: "List people",
    description: "The organisation's members.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: PersonPage },
    problems: [],
  },
  "people.end-sessions": {
    method: "POST",
    path: `${PEOPLE}/:person/end-sessions`,
    scope: "members:write",
    tag: "people",
    summary: "Sign a person out everywhere",
    description: "Every session of the member ends at once. Doing it again ends what began since.",
    params: PersonParams,
    request: { schema: ReasonRequest, optional: true, example: { reason: "A laptop was lost." } },
    response: { status: 200, description: "They have ended.", schema: SessionsEndedResponse },
    problems: ["person.not-found"],
  },
  "people.first-owner-link": {
    method: "POST",
    path: "/api/v1/first-owner-link",
    scope: "organisations:write",
    tag: "people",
    summary: "Make the link for the first owner",
    description:
      "For an installation in which nobody can sign in yet. The link works once, for a day, and " +
      "voids every earlier one. The owner that it makes is one of every organisation, so whoever asks " +
      "for it must be that too, as the admin token is.",
    request: { schema: ReasonRequest, optional: true, example: {} },
    response: { status: 201, description: "The link.", schema: FirstOwnerLinkResponse },
    problems: ["installation.has-people", "person.role-beyond-own"],
  },
  "invitations.list": {
    method: "GET",
    path: INVITATIONS,
    scope: "members:read",
    tag: "people",
    summary: "List invitations",
    description: "Those that were taken up and cancelled included; never their links.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: InvitationPage },
    problems: [],
  },
  "invitations.create": {
    method: "POST",
    path: INVITATIONS,
    scope: "members:write",
    tag: "people",
    summary: "Invite somebody",
    description:
      "Sends a link that works once, for 7 days. Whoever opens it becomes a member with the role, " +
      "a built-in one or one of the organisation's own. " +
      "Nobody gives a role that allows more than they may do themselves.",
    request: {
      schema: InvitationCreateRequest,
      example: { email: "ada@example.com", role: "editor" },
    },
    response: { status: 201, description: "The invitation.", schema: InvitationIssuedResponse },
    problems: ["person.already-member", "person.role-beyond-own", "role.not-found"],
  },
  "invitations.cancel": {
    method: "POST",
    path: `${INVITATIONS}/:invitation/cancel`,
    scope: "members:write",
    tag: "people",
    summary: "Cancel an invitation",
    description: "Its link stops working. Cancelling again changes nothing.",
    params: InvitationParams,
    request: { schema: ReasonRequest, optional: true, example: { reason: "A wrong address." } },
    response: { status: 200, description: "It is cancelled.", schema: InvitationResponse },
    problems: ["invitation.not-found", "invitation.ended"],
  },
} as const satisfies Record<string, EndpointDefinition>;
