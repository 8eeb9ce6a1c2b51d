import {
  EnvironmentChangeResponse,
  EnvironmentCreateRequest,
  EnvironmentDetailResponse,
  EnvironmentPage,
  EnvironmentPatchRequest,
  EnvironmentResponse,
  EnvironmentRollbackRequest,
} from "../environment.ts";
import { EnvironmentParams, PageQuery, ProjectParams } from "../params.ts";
import type { EndpointDefinition } from "../endpoint.ts";

export const environmentEndpoints = {
  "environments.list": {
    method: "GET",
    path: "/api/v1/projects/:project/environments",
    scope: "environments:read",
    within: true,
    tag: "environments",
    summary: "List environments",
    description: "Those environments of the project that the caller may see, ordered by key.",
    params: ProjectParams,
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: EnvironmentPage },
    problems: ["project.not-found"],
  },
  "environments.create": {
    method: "POST",
    path: "/api/v1/projects/:project/environments",
    scope: "environments:write",
    tag: "environments",
    summary: "Create an environment",
    description:
      "Makes the environment and its authority, at revision 1. If the authority does not answer, " +
      "repeat the same request: it finishes the creation. Flags of the catalogue are not added " +
      "to it; see `flags.create`.",
    params: ProjectParams,
    request: {
      schema: EnvironmentCreateRequest,
      example: { key: "prod", name: "Production", production: true, tags: { team: "platform" } },
    },
    response: {
      status: 201,
      description: "The environment.",
      schema: EnvironmentResponse,
      etag: true,
    },
    problems: [
      "edition.not-included",
      "environment.jurisdiction-unavailable",
      "project.not-found",
      "environment.already-exists",
      "environment.initialized-differently",
    ],
  },
  "environments.get": {
    method: "GET",
    path: "/api/v1/projects/:project/environments/:environment",
    scope: "environments:read",
    tag: "environments",
    summary: "Read an environment and its state",
    description:
      "Settings and, from the authority, revision and deliveries that are owed. The ETag is the " +
      "version of the settings alone, so this read never answers 304.",
    params: EnvironmentParams,
    response: {
      status: 200,
      description: "The environment.",
      schema: EnvironmentDetailResponse,
      etag: true,
    },
    problems: ["project.not-found", "environment.not-found"],
  },
  "environments.patch": {
    method: "PATCH",
    path: "/api/v1/projects/:project/environments/:environment",
    scope: "environments:write",
    tag: "environments",
    summary: "Change an environment's settings",
    description: "Absent fields stay as they are. Flags are not touched.",
    params: EnvironmentParams,
    ifMatch: "required",
    request: { schema: EnvironmentPatchRequest, example: { name: "Production EU" } },
    response: {
      status: 200,
      description: "The environment.",
      schema: EnvironmentResponse,
      etag: true,
    },
    problems: ["project.not-found", "environment.not-found", "environment.version-conflict"],
  },
  "environments.rollback": {
    method: "POST",
    path: "/api/v1/projects/:project/environments/:environment/rollback",
    scope: "environments:write",
    tag: "environments",
    summary: "Take a whole environment back to a revision",
    description:
      "Flags, segments, experiments, holdouts and delivery settings become what they were at that " +
      "revision, in one new revision. SDK keys and kill switches stay as they are. A rollback can itself be " +
      "rolled back. The ETag is the revision: If-Match takes that of `rulesets.get`, and with it " +
      "nothing that came later is taken back unseen.",
    params: EnvironmentParams,
    ifMatch: "optional",
    request: {
      schema: EnvironmentRollbackRequest,
      example: { toRevision: 41, reason: "Error rate doubled after the release." },
    },
    response: {
      status: 200,
      description: "What changed.",
      schema: EnvironmentChangeResponse,
      etag: true,
    },
    problems: [
      "project.not-found",
      "environment.not-found",
      "environment.unfinished",
      "revision.conflict",
      "revision.unknown",
      "document.invalid",
      "limit.exceeded",
    ],
  },
} as const satisfies Record<string, EndpointDefinition>;
