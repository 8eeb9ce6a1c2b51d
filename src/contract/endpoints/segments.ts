import { EnvironmentParams, PageQuery, SegmentParams } from "../params.ts";
import { AtRevisionQuery } from "../params.ts";
import {
  SegmentCreateRequest,
  SegmentDeletedResponse,
  SegmentPage,
  SegmentPatchRequest,
  SegmentResponse,
} from "../segment.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const BASE = "/api/v1/projects/:project/environments/:environment/segments";
const places = ["project.not-found", "environment.not-found", "environment.unfinished"] as const;
const segment = {
  status: 200,
  description: "The segment.",
  schema: SegmentResponse,
  etag: true,
} as const;

export const segmentEndpoints = {
  "segments.list": {
    method: "GET",
    path: BASE,
    scope: "segments:read",
    tag: "segments",
    summary: "List segments",
    description: "Ordered by key.",
    params: EnvironmentParams,
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: SegmentPage },
    problems: places,
  },
  "segments.create": {
    method: "POST",
    path: BASE,
    scope: "segments:write",
    tag: "segments",
    summary: "Create a segment",
    description: "Excluded wins over included, included over rules.",
    params: EnvironmentParams,
    request: {
      schema: SegmentCreateRequest,
      example: {
        key: "beta-testers",
        included: ["user-1"],
        rules: [{ attribute: "email", operator: "ends_with", value: "@example.com" }],
      },
    },
    response: { ...segment, status: 201 },
    problems: [...places, "segment.already-exists", "document.invalid", "limit.exceeded"],
  },
  "segments.get": {
    method: "GET",
    path: `${BASE}/:segment`,
    scope: "segments:read",
    tag: "segments",
    summary: "Read a segment",
    description: "The newest version, or the one that was there at `revision`.",
    params: SegmentParams,
    query: AtRevisionQuery,
    response: segment,
    problems: [...places, "segment.not-found", "document.absent-at-revision", "revision.unknown"],
  },
  "segments.patch": {
    method: "PATCH",
    path: `${BASE}/:segment`,
    scope: "segments:write",
    tag: "segments",
    summary: "Change a segment",
    description: "Absent fields stay as they are, `null` clears, a list is replaced whole.",
    params: SegmentParams,
    ifMatch: "required",
    request: { schema: SegmentPatchRequest, example: { included: ["user-1", "user-2"] } },
    response: segment,
    problems: [
      ...places,
      "segment.not-found",
      "segment.version-conflict",
      "document.invalid",
      "limit.exceeded",
    ],
  },
  "segments.delete": {
    method: "DELETE",
    path: `${BASE}/:segment`,
    scope: "segments:write",
    tag: "segments",
    summary: "Delete a segment",
    description: "Refused while flags or other segments refer to it. The log keeps it.",
    params: SegmentParams,
    ifMatch: "required",
    response: { status: 200, description: "It is gone.", schema: SegmentDeletedResponse },
    problems: [...places, "segment.not-found", "segment.version-conflict", "segment.in-use"],
  },
} as const satisfies Record<string, EndpointDefinition>;
