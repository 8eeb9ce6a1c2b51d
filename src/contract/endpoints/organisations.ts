import type { EndpointDefinition } from "../endpoint.ts";
import {
  OrganisationCreateRequest,
  OrganisationPage,
  OrganisationPatchRequest,
  OrganisationResponse,
} from "../organisation.ts";
import { PageQuery } from "../params.ts";

const organisation = {
  status: 200,
  description: "The organisation.",
  schema: OrganisationResponse,
  etag: true,
} as const;

export const organisationEndpoints = {
  "organisations.list": {
    method: "GET",
    path: "/api/v1/organisations",
    scope: "any",
    tag: "organisations",
    summary: "List organisations",
    description:
      "Those that you belong to; all, if you may read every organisation of the installation.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: OrganisationPage },
    problems: [],
  },
  "organisations.create": {
    method: "POST",
    path: "/api/v1/organisations",
    scope: "organisations:write",
    tag: "organisations",
    summary: "Create an organisation",
    description:
      "With one member, its owner. Needs a grant of `organisations:write` that holds in every " +
      "organisation of the installation.",
    request: {
      schema: OrganisationCreateRequest,
      example: { name: "Web shop Ltd", edition: "enterprise" },
    },
    response: { ...organisation, status: 201 },
    problems: ["access.beyond-own", "person.not-found", "organisation.owner-required"],
  },
  "organisations.get": {
    method: "GET",
    path: "/api/v1/organisation",
    scope: "organisations:read",
    tag: "organisations",
    summary: "Read the organisation",
    description: "The one that the credentials belong to, with its version as ETag.",
    response: organisation,
    problems: ["organisation.not-found"],
  },
  "organisations.patch": {
    method: "PATCH",
    path: "/api/v1/organisation",
    scope: "organisations:write",
    tag: "organisations",
    summary: "Change the organisation",
    description:
      "Absent fields stay as they are. What a smaller edition lacks stays and can be deleted, but " +
      "not added to.",
    ifMatch: "required",
    request: { schema: OrganisationPatchRequest, example: { name: "Web shop plc" } },
    response: organisation,
    problems: ["organisation.not-found", "organisation.version-conflict", "access.beyond-own"],
  },
} as const satisfies Record<string, EndpointDefinition>;
