import { ExplanationResponse } from "../explanation.ts";
import { FlagConfigurationRequest } from "../flag-configuration.ts";
import { FlagExplainRequest, FlagPage, FlagPatchRequest, FlagResponse } from "../flag.ts";
import { FlagListQuery } from "../flag.ts";
import { AtRevisionQuery, EnvironmentParams, FlagParams } from "../params.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const flag = { status: 200, description: "The flag.", schema: FlagResponse, etag: true } as const;
const places = ["project.not-found", "environment.not-found", "environment.unfinished"] as const;

/** Reading and editing; commands such as kill and archive are in `flag-commands.ts`. */
export const flagEndpoints = {
  "flags.list": {
    method: "GET",
    path: "/api/v1/projects/:project/environments/:environment/flags",
    scope: "flags:read",
    tag: "flags",
    summary: "List an environment's flags",
    description: "Ordered by key; live ones, or with `archived=true` the archived ones.",
    params: EnvironmentParams,
    query: FlagListQuery,
    response: { status: 200, description: "One page.", schema: FlagPage },
    problems: places,
  },
  "flags.create": {
    method: "POST",
    path: "/api/v1/projects/:project/environments/:environment/flags/:flag",
    scope: "flags:write",
    tag: "flags",
    summary: "Add a flag of the catalogue to an environment",
    description:
      "For environments that came after the flag. Key, type and salt come from the catalogue; " +
      "absent fields have the defaults of `catalogue.create`.",
    params: FlagParams,
    request: {
      schema: FlagConfigurationRequest,
      optional: true,
      example: { enabled: true, default: { variation: "off" } },
    },
    response: { ...flag, status: 201 },
    problems: [
      ...places,
      "catalogue-flag.not-found",
      "flag.already-exists",
      "document.invalid",
      "limit.exceeded",
    ],
  },
  "flags.get": {
    method: "GET",
    path: "/api/v1/projects/:project/environments/:environment/flags/:flag",
    scope: "flags:read",
    tag: "flags",
    summary: "Read a flag",
    description: "The newest version, or the one that was there at `revision`.",
    params: FlagParams,
    query: AtRevisionQuery,
    response: flag,
    problems: [...places, "flag.not-found", "document.absent-at-revision", "revision.unknown"],
  },
  "flags.patch": {
    method: "PATCH",
    path: "/api/v1/projects/:project/environments/:environment/flags/:flag",
    scope: "flags:write",
    tag: "flags",
    summary: "Change a flag",
    description:
      "Absent fields stay as they are; a given one is replaced whole. Raising a weight never " +
      "takes a unit out of the variation it has.",
    params: FlagParams,
    ifMatch: "required",
    request: {
      schema: FlagPatchRequest,
      example: {
        enabled: true,
        default: {
          rollout: {
            variations: [
              { key: "on", weight: 25 },
              { key: "off", weight: 75 },
            ],
          },
        },
      },
    },
    response: flag,
    problems: [
      ...places,
      "flag.not-found",
      "flag.archived",
      "flag.version-conflict",
      "document.invalid",
      "limit.exceeded",
    ],
  },
  "flags.explain": {
    method: "POST",
    path: "/api/v1/projects/:project/environments/:environment/flags/:flag/explain",
    scope: "flags:read",
    readOnly: true,
    tag: "flags",
    summary: "Explain what a context gets",
    description:
      "Evaluates over the newest ruleset, by the code that serves applications, and says each " +
      "step: which condition held, and in which bucket the unit fell. Nothing is counted.",
    params: FlagParams,
    request: {
      schema: FlagExplainRequest,
      example: { context: { targetingKey: "user-1", plan: "premium" } },
    },
    response: { status: 200, description: "Answer and steps.", schema: ExplanationResponse },
    problems: [...places],
  },
} as const satisfies Record<string, EndpointDefinition>;
