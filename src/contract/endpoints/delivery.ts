import { DeliveryPatchRequest, DeliveryResponse } from "../delivery.ts";
import type { EndpointDefinition } from "../endpoint.ts";
import { EnvironmentParams } from "../params.ts";

const PATH = "/api/v1/projects/:project/environments/:environment/delivery";
const places = ["project.not-found", "environment.not-found", "environment.unfinished"] as const;
const settings = {
  status: 200,
  description: "The settings.",
  schema: DeliveryResponse,
  etag: true,
} as const;

export const deliveryEndpoints = {
  "delivery.get": {
    method: "GET",
    path: PATH,
    scope: "environments:read",
    tag: "environments",
    summary: "Read how changes are delivered",
    description:
      "What was set, or the defaults. The settings are a document of the environment: changes of " +
      "them are in its log, and rolling it back rolls them back.",
    params: EnvironmentParams,
    response: settings,
    problems: places,
  },
  "delivery.patch": {
    method: "PATCH",
    path: PATH,
    scope: "environments:write",
    tag: "environments",
    summary: "Change how changes are delivered",
    description:
      "Absent fields stay as they are. Evaluators follow the settings of the ruleset that they " +
      "hold, so a change of them arrives as any other does.",
    params: EnvironmentParams,
    ifMatch: "required",
    request: { schema: DeliveryPatchRequest, example: { relayShards: 4, graceMs: 2_000 } },
    response: settings,
    problems: [...places, "settings.version-conflict", "document.invalid", "limit.exceeded"],
  },
} as const satisfies Record<string, EndpointDefinition>;
