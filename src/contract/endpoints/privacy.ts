import type { EndpointDefinition } from "../endpoint.ts";
import { EnvironmentParams, PageQuery } from "../params.ts";
import {
  PrivacyExportQuery,
  PrivacyExportResponse,
  PrivacyRequestCreateRequest,
  PrivacyRequestPage,
  PrivacyRequestParams,
  PrivacyRequestResponse,
  PrivacySettingsPatchRequest,
  PrivacySettingsResponse,
} from "../privacy.ts";

const BASE = "/api/v1/privacy/requests";
const SETTINGS = "/api/v1/projects/:project/environments/:environment/privacy";
const settings = {
  status: 200,
  description: "The settings.",
  schema: PrivacySettingsResponse,
  etag: true,
} as const;

export const privacyEndpoints = {
  "privacy-requests.list": {
    method: "GET",
    path: BASE,
    scope: "privacy:read",
    tag: "privacy",
    summary: "List requests about personal data",
    description: "Newest first; units are masked.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: PrivacyRequestPage },
    problems: [],
  },
  "privacy-requests.create": {
    method: "POST",
    path: BASE,
    scope: "privacy:write",
    tag: "privacy",
    summary: "Export or erase what is kept of a unit",
    description:
      "Looks through configuration, history, raw events, dead letters and the audit log. The first " +
      "steps are done before the answer; the rest goes on by itself, or by `privacy-requests.run`. " +
      "Erasures change configuration by ordinary commands, which the log shows.",
    request: {
      schema: PrivacyRequestCreateRequest,
      example: { kind: "erasure", unit: "user-4711", reason: "Request of 3 March, art. 17 GDPR." },
    },
    response: { status: 201, description: "The request.", schema: PrivacyRequestResponse },
    problems: ["environment.not-found"],
  },
  "privacy-requests.get": {
    method: "GET",
    path: `${BASE}/:request`,
    scope: "privacy:read",
    tag: "privacy",
    summary: "Read a request about personal data",
    description: "How far it is, and what was found and done in each place.",
    params: PrivacyRequestParams,
    response: { status: 200, description: "The request.", schema: PrivacyRequestResponse },
    problems: ["privacy-request.not-found"],
  },
  "privacy-requests.run": {
    method: "POST",
    path: `${BASE}/:request/run`,
    scope: "privacy:write",
    tag: "privacy",
    summary: "Go on with a request now",
    description:
      "Does some steps and answers how far it is then. While another runner is at it, or before " +
      "`nextRunAtMs`, nothing is done.",
    params: PrivacyRequestParams,
    response: { status: 200, description: "The request.", schema: PrivacyRequestResponse },
    problems: ["privacy-request.not-found"],
  },
  "privacy-requests.export": {
    method: "GET",
    path: `${BASE}/:request/export`,
    scope: "privacy:write",
    tag: "privacy",
    summary: "Download an export",
    description: "Part by part, once the request is done. Kept for 7 days after that.",
    params: PrivacyRequestParams,
    query: PrivacyExportQuery,
    response: { status: 200, description: "One part.", schema: PrivacyExportResponse },
    problems: ["privacy-request.not-found", "privacy-request.no-export"],
  },
  "privacy-settings.get": {
    method: "GET",
    path: SETTINGS,
    scope: "environments:read",
    tag: "privacy",
    summary: "Read how an environment treats personal data",
    description: "What was set, and what holds with the organisation's compliance preset.",
    params: EnvironmentParams,
    response: settings,
    problems: ["project.not-found", "environment.not-found"],
  },
  "privacy-settings.patch": {
    method: "PATCH",
    path: SETTINGS,
    scope: "environments:write",
    tag: "privacy",
    summary: "Change how an environment treats personal data",
    description:
      "Absent fields stay as they are. Holds for events that are stored from now on; retention also " +
      "for those that are kept.",
    params: EnvironmentParams,
    ifMatch: "required",
    request: {
      schema: PrivacySettingsPatchRequest,
      example: { privateAttributes: ["email"], hashUnits: true, rawEventDays: 90 },
    },
    response: settings,
    problems: ["project.not-found", "environment.not-found", "privacy-settings.version-conflict"],
  },
} as const satisfies Record<string, EndpointDefinition>;
