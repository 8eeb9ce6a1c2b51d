import {
  EnvironmentKillRequest,
  EnvironmentSwitchedResponse,
  EnvironmentUnkillRequest,
} from "../kill-switch.ts";
import { EnvironmentParams } from "../params.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const BASE = "/api/v1/projects/:project/environments/:environment";

const command = {
  method: "POST",
  scope: "flags:kill",
  tag: "flags",
  params: EnvironmentParams,
  ifMatch: "optional",
  response: {
    status: 200,
    description: "What it came to, flag by flag.",
    schema: EnvironmentSwitchedResponse,
    etag: true,
  },
} as const;
const problems = [
  "project.not-found",
  "environment.not-found",
  "environment.unfinished",
  "flags.unknown",
  "tag.unmatched",
  "revision.conflict",
  "document.invalid",
] as const;

export const killSwitchEndpoints = {
  "environments.kill": {
    ...command,
    path: `${BASE}/kill`,
    summary: "Throw the kill switch of many flags",
    description:
      "All of them in one revision, or none. Archived flags are left alone, and so are flags that " +
      "are killed already, unless `variation` names another one. The ETag is the revision; " +
      "If-Match is not needed, because this must work while others edit.",
    request: {
      schema: EnvironmentKillRequest,
      example: {
        tag: { name: "team", value: "payments" },
        reason: "Payments fail since 03:10; stopping all that the team released.",
      },
    },
    problems: [...problems, "reason.required", "variation.unknown"],
  },
  "environments.unkill": {
    ...command,
    path: `${BASE}/unkill`,
    summary: "Take the kill switch of many flags back",
    description:
      "All of them in one revision, or none. They serve by their rules again, as those stand. " +
      "Flags that are not killed are left alone.",
    request: {
      schema: EnvironmentUnkillRequest,
      example: { flags: ["checkout-redesign"], reason: "Fixed in release 2026.47." },
    },
    problems,
  },
} as const satisfies Record<string, EndpointDefinition>;
