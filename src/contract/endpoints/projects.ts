import { PageQuery, ProjectParams } from "../params.ts";
import {
  ProjectCreateRequest,
  ProjectPage,
  ProjectPatchRequest,
  ProjectResponse,
} from "../project.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const project = {
  status: 200,
  description: "The project.",
  schema: ProjectResponse,
  etag: true,
} as const;

export const projectEndpoints = {
  "projects.list": {
    method: "GET",
    path: "/api/v1/projects",
    scope: "projects:read",
    within: true,
    tag: "projects",
    summary: "List projects",
    description: "All projects that the caller may see something of, ordered by key.",
    query: PageQuery,
    response: { status: 200, description: "One page of projects.", schema: ProjectPage },
    problems: [],
  },
  "projects.create": {
    method: "POST",
    path: "/api/v1/projects",
    scope: "projects:write",
    within: true,
    tag: "projects",
    summary: "Create a project",
    description: "A project begins without environments; create those next.",
    request: {
      schema: ProjectCreateRequest,
      example: { key: "web-shop", name: "Web shop", description: "Everything customers see." },
    },
    response: { ...project, status: 201 },
    problems: ["project.already-exists", "unit.not-found"],
  },
  "projects.get": {
    method: "GET",
    path: "/api/v1/projects/:project",
    scope: "projects:read",
    within: true,
    tag: "projects",
    summary: "Read a project",
    description: "One project, with its version as ETag.",
    params: ProjectParams,
    response: project,
    problems: ["project.not-found"],
  },
  "projects.patch": {
    method: "PATCH",
    path: "/api/v1/projects/:project",
    scope: "projects:write",
    tag: "projects",
    summary: "Change a project",
    description:
      "Absent fields stay as they are. Moving it to another unit takes `access:write`, and all " +
      "that concerns a project in both units.",
    params: ProjectParams,
    ifMatch: "required",
    request: { schema: ProjectPatchRequest, example: { name: "Web shop (EU)" } },
    response: project,
    problems: [
      "project.not-found",
      "project.version-conflict",
      "unit.not-found",
      "access.beyond-own",
    ],
  },
} as const satisfies Record<string, EndpointDefinition>;
