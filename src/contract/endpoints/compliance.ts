import {
  CompliancePatchRequest,
  CompliancePresetsResponse,
  ComplianceResponse,
} from "../compliance.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const PATH = "/api/v1/compliance";
const setting = {
  status: 200,
  description: "The organisation's preset and what it decides.",
  schema: ComplianceResponse,
  etag: true,
} as const;

export const complianceEndpoints = {
  "compliance.get": {
    method: "GET",
    path: PATH,
    scope: "organisations:read",
    tag: "privacy",
    summary: "Read how strictly the organisation is run",
    description: "The compliance preset, what it switches, and how long audit details are kept.",
    response: setting,
    problems: [],
  },
  "compliance.presets": {
    method: "GET",
    path: `${PATH}/presets`,
    scope: "organisations:read",
    tag: "privacy",
    summary: "List the compliance presets",
    description: "Each with all its switches, from the least to the most strict.",
    response: { status: 200, description: "The table.", schema: CompliancePresetsResponse },
    problems: [],
  },
  "compliance.patch": {
    method: "PATCH",
    path: PATH,
    scope: "organisations:write",
    tag: "privacy",
    summary: "Choose how strictly the organisation is run",
    description:
      "Holds for what is done from now on; what was made under another preset, such as tokens, " +
      "stays as it was made. Isolates follow within 10 seconds.",
    ifMatch: "required",
    request: { schema: CompliancePatchRequest, example: { preset: "strict" } },
    response: setting,
    problems: ["compliance.version-conflict"],
  },
} as const satisfies Record<string, EndpointDefinition>;
