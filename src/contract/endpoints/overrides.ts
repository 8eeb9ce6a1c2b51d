import { FlagResponse, ReasonRequest } from "../flag.ts";
import { OverrideCreateRequest, OverrideExpireRequest } from "../override.ts";
import { FlagParams, OverrideParams } from "../params.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const BASE = "/api/v1/projects/:project/environments/:environment/flags/:flag/overrides";
const places = ["project.not-found", "environment.not-found", "environment.unfinished"] as const;
const flag = {
  status: 200,
  description: "The flag with its overrides.",
  schema: FlagResponse,
  etag: true,
} as const;

export const overrideEndpoints = {
  "overrides.create": {
    method: "POST",
    path: BASE,
    scope: "flags:write",
    tag: "overrides",
    summary: "Add an override",
    description:
      "Whoever the condition holds for gets the variation, before prerequisites, targets and " +
      "rules. Only the kill switch and an off flag win over it.",
    params: FlagParams,
    ifMatch: "optional",
    request: {
      schema: OverrideCreateRequest,
      example: {
        id: "ticket-4711",
        if: { attribute: "targetingKey", operator: "eq", value: "user-1" },
        variation: "off",
        expiresAtMs: 1_893_456_000_000,
        reason: "Checkout fails for this customer.",
      },
    },
    response: { ...flag, status: 201 },
    problems: [
      ...places,
      "flag.not-found",
      "flag.archived",
      "flag.version-conflict",
      "override.already-exists",
      "document.invalid",
      "limit.exceeded",
      "reason.required",
    ],
  },
  "overrides.expire": {
    method: "POST",
    path: `${BASE}/:override/expire`,
    scope: "flags:write",
    tag: "overrides",
    summary: "End an override",
    description: "Now or at the given moment; it stays in the document, to be read.",
    params: OverrideParams,
    ifMatch: "optional",
    request: {
      schema: OverrideExpireRequest,
      optional: true,
      example: { reason: "The customer is on the fixed release." },
    },
    response: flag,
    problems: [
      ...places,
      "flag.not-found",
      "flag.archived",
      "flag.version-conflict",
      "override.not-found",
      "document.invalid",
    ],
  },
  "overrides.delete": {
    method: "DELETE",
    path: `${BASE}/:override`,
    scope: "flags:write",
    tag: "overrides",
    summary: "Remove an override",
    description: "It is gone from the document; the log keeps it.",
    params: OverrideParams,
    ifMatch: "optional",
    request: { schema: ReasonRequest, optional: true, example: { reason: "No longer needed." } },
    response: flag,
    problems: [
      ...places,
      "flag.not-found",
      "flag.archived",
      "flag.version-conflict",
      "override.not-found",
      "document.invalid",
    ],
  },
} as const satisfies Record<string, EndpointDefinition>;
