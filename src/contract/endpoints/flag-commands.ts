import { FlagKillRequest, FlagResponse, ReasonRequest, RollbackRequest } from "../flag.ts";
import { FlagParams } from "../params.ts";
import { FlagSwitchedResponse } from "../kill-switch.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const BASE = "/api/v1/projects/:project/environments/:environment/flags/:flag";
const places = ["project.not-found", "environment.not-found", "environment.unfinished"] as const;

const command = {
  method: "POST",
  tag: "flags",
  params: FlagParams,
  response: { status: 200, description: "The flag.", schema: FlagResponse, etag: true },
} as const;
const switchCommand = {
  ...command,
  response: {
    status: 200,
    description: "The flag, and where to see its revision arrive.",
    schema: FlagSwitchedResponse,
    etag: true,
  },
} as const;
const withReason = {
  schema: ReasonRequest,
  optional: true,
  example: { reason: "Replaced by new-checkout-2." },
} as const;

export const flagCommandEndpoints = {
  "flags.archive": {
    ...command,
    path: `${BASE}/archive`,
    scope: "flags:write",
    summary: "Archive a flag",
    description:
      "It is no longer served: callers get their own default. Refused while others depend on it.",
    ifMatch: "optional",
    request: withReason,
    problems: [
      ...places,
      "flag.not-found",
      "flag.archived",
      "flag.in-use",
      "flag.version-conflict",
    ],
  },
  "flags.restore": {
    ...command,
    path: `${BASE}/restore`,
    scope: "flags:write",
    summary: "Restore an archived flag",
    description: "It is served again as it was.",
    ifMatch: "optional",
    request: withReason,
    problems: [
      ...places,
      "flag.not-found",
      "flag.not-archived",
      "flag.version-conflict",
      "document.invalid",
      "limit.exceeded",
    ],
  },
  "flags.kill": {
    ...switchCommand,
    path: `${BASE}/kill`,
    scope: "flags:kill",
    summary: "Throw the kill switch",
    description:
      "Everyone gets `variation`, whatever rules, targets and overrides say, until it is taken " +
      "back. Demands no version, because it must work while others edit.",
    ifMatch: "optional",
    request: {
      schema: FlagKillRequest,
      example: { variation: "off", reason: "Payments fail with the new checkout." },
    },
    problems: [
      ...places,
      "flag.not-found",
      "flag.archived",
      "flag.version-conflict",
      "document.invalid",
      "reason.required",
    ],
  },
  "flags.unkill": {
    ...switchCommand,
    path: `${BASE}/unkill`,
    scope: "flags:kill",
    summary: "Take the kill switch back",
    description: "The flag serves by its rules again, as they stand.",
    ifMatch: "optional",
    request: withReason,
    problems: [
      ...places,
      "flag.not-found",
      "flag.archived",
      "flag.version-conflict",
      "flag.not-killed",
      "document.invalid",
    ],
  },
  "flags.rollback": {
    ...command,
    path: `${BASE}/rollback`,
    scope: "flags:write",
    summary: "Take a flag back to a revision",
    description:
      "Its configuration becomes what it was at that revision of the environment, as a new " +
      "version. A rollback can itself be rolled back.",
    ifMatch: "optional",
    request: {
      schema: RollbackRequest,
      example: { toRevision: 41, reason: "The 50 % step was too early." },
    },
    problems: [
      ...places,
      "flag.not-found",
      "flag.version-conflict",
      "document.absent-at-revision",
      "revision.unknown",
      "document.invalid",
      "limit.exceeded",
    ],
  },
} as const satisfies Record<string, EndpointDefinition>;
