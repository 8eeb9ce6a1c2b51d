import { createRequest } from "../../../src/app/privacy/create-request.ts";
import {
  type PrivacyNow,
  patchPrivacy,
  readPrivacy,
} from "../../../src/app/privacy/patch-settings.ts";
import { type PrivacyRequest, placesOf } from "../../../src/app/privacy/privacy-request.ts";
import { placeName } from "../../../src/app/privacy/step-deps.ts";
import { runRequest } from "../../../src/app/privacy/run-request.ts";
import { cursorAfter } from "../../../src/core/authority/page.ts";
import { valueOf } from "../http/app-problem.ts";
import { ProblemError } from "../http/problem.ts";
import type { Services } from "../services.ts";
import { placeOf } from "./call.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

/** When a request was made, and its id. */
const PLACES = /^\d{1,16}\.[0-9a-f]{16}$/;
const PARTS = /^\d{1,9}$/;

/** What one answer may wait for. */
const BUDGET = { steps: 25, forMs: 3_000 };

export const privacyRequestHandlers: HandlersOf<"privacy-requests"> = {
  "privacy-requests.list": async ({ query, caller }, { privacyRequests }) => {
    const page = await privacyRequests.list(caller.organisationId, keyPageRequest(query, PLACES));
    return { body: keyPage(page, toResponse) };
  },

  "privacy-requests.create": async ({ body, caller }, services) => {
    const created = await createRequest({ ...body, caller }, services);
    if (!created.ok) throw unknownEnvironments(created.error.environments);
    return { body: toResponse(await runRequest(created.value, BUDGET, services)) };
  },

  "privacy-requests.get": async ({ params, caller }, services) => ({
    body: toResponse(await found(params.request, caller.organisationId, services)),
  }),

  "privacy-requests.run": async ({ params, caller }, services) => {
    const request = await found(params.request, caller.organisationId, services);
    return { body: toResponse(await runRequest(request, BUDGET, services)) };
  },

  "privacy-requests.export": async ({ params, query, caller }, services) => {
    const request = await found(params.request, caller.organisationId, services);
    demandExport(request);
    const { cursor: after } = keyPageRequest({ limit: 1, ...query }, PARTS);
    const part = await services.exportParts.next(request, Number(after ?? 0));
    if (part === null) return { body: { items: [], next: null } };
    const more = await services.exportParts.next(request, part.part);
    const next = more === null ? null : cursorAfter(String(part.part));
    return { body: { items: part.items, next } };
  },
};

export const privacySettingsHandlers: HandlersOf<"privacy-settings"> = {
  "privacy-settings.get": async ({ params, caller }, services) =>
    settingsAnswer(valueOf(await readPrivacy(placeOf(params, caller), services))),

  "privacy-settings.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const input = { place: placeOf(params, caller), patch: body, expectedVersion, caller };
    return settingsAnswer(valueOf(await patchPrivacy(input, services)));
  },
};

function settingsAnswer({ privacy, effective }: PrivacyNow) {
  const { attributeMasking, hashUnits, rawEventDays } = effective;
  const body = { ...privacy, effective: { attributeMasking, hashUnits, rawEventDays } };
  // What holds depends on the organisation's preset as well, which has a version of its own.
  return { body, version: privacy.version, live: true } as const;
}

async function found(
  id: string,
  organisationId: string,
  { privacyRequests }: Services,
): Promise<PrivacyRequest> {
  const request = await privacyRequests.find(organisationId, id);
  if (request !== undefined) return request;
  throw new ProblemError("privacy-request.not-found", {
    detail: `There is no request ${id}. GET /api/v1/privacy/requests lists them.`,
  });
}

function demandExport({ id, kind, state, expiredAtMs }: PrivacyRequest): void {
  const noExport = (why: string) =>
    new ProblemError("privacy-request.no-export", { detail: `The request ${id} ${why}` });
  if (kind === "erasure") throw noExport("is an erasure; it hands nothing out.");
  if (expiredAtMs !== null) {
    throw noExport("was made too long ago, or its unit was erased since. Make another one.");
  }
  if (state !== "done") throw noExport("is not done yet. Repeat this when it is.");
}

const unknownEnvironments = (names: readonly string[]) =>
  new ProblemError("environment.not-found", {
    detail:
      `The organisation has no ${names.map((name) => `"${name}"`).join(", ")}. Name environments as ` +
      "project/environment, or leave the list out for all.",
  });

function toResponse(request: PrivacyRequest) {
  const { id, kind, attribute, state, report, reason, place, leaseUntilMs } = request;
  const { createdAtMs, updatedAtMs, finishedAtMs, expiredAtMs } = request;
  return {
    id,
    kind,
    unit: request.unitShown,
    attribute,
    environments: request.environments.map(placeName),
    state,
    places: { done: place, all: placesOf(request).length },
    report,
    reason,
    requestedBy: request.actor,
    createdAtMs,
    updatedAtMs,
    nextRunAtMs: state === "settling" ? leaseUntilMs : null,
    finishedAtMs,
    expiredAtMs,
  };
}
