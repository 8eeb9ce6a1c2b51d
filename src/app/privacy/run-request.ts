import { isLate } from "../../core/privacy/places.ts";
import { invariant } from "../../core/result.ts";
import { configurationStep } from "./configuration-step.ts";
import { deadLettersStep } from "./dead-letters-step.ts";
import { exportsStep } from "./exports-step.ts";
import { historyStep } from "./history-step.ts";
import { auditLogStep, repeatableAnswersStep } from "./organisation-steps.ts";
import type { Place, PlaceReport, PrivacyRequest, StepResult } from "./privacy-request.ts";
import { placesOf } from "./privacy-request.ts";
import type { ExportParts, PrivacyRequestStore } from "./privacy-store.ts";
import { SETTLE_MS, lateEventsStep, rawEventsStep } from "./raw-events-step.ts";
import { placeName, type StepDeps } from "./step-deps.ts";

export interface RunDeps extends StepDeps {
  readonly privacyRequests: PrivacyRequestStore;
  readonly exportParts: ExportParts;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** How much one run may do. */
export interface RunBudget {
  readonly steps: number;
  /** No step begins later than this after the first, in milliseconds. */
  readonly forMs: number;
}

/** Longer than any step takes; a runner that died is followed by another after it. */
const LEASE_MS = 60_000;
/** Named in a report; the others are counted. */
const KEPT_NAMED = 100;

/**
 * Goes on with a request for a while. Each step is written down with where the next one begins, so
 * that whoever comes next goes on there; a step that was done without being written down is done
 * again, and finds that its work is done. Answers the request as it is then.
 */
export async function runRequest(
  request: PrivacyRequest,
  budget: RunBudget,
  deps: RunDeps,
): Promise<PrivacyRequest> {
  const beganMs = deps.now();
  if (request.state === "done" || request.leaseUntilMs > beganMs) return request;
  const leaseUntilMs = beganMs + LEASE_MS;
  if (!(await deps.privacyRequests.lease(request, beganMs, leaseUntilMs))) return request;
  const version = request.version + 1;
  let current: PrivacyRequest = { ...request, version, leaseUntilMs, updatedAtMs: beganMs };
  for (let step = 0; step < budget.steps; step += 1) {
    if (deps.now() - beganMs > budget.forMs) break;
    const after = await takeStep(current, deps);
    if (after === "overtaken") return request;
    current = after;
    if (current.state !== "running") return current;
  }
  const rested = { ...current, version: current.version + 1, leaseUntilMs: 0 };
  return (await deps.privacyRequests.advance(current, rested)) ? rested : current;
}

async function takeStep(
  request: PrivacyRequest,
  deps: RunDeps,
): Promise<PrivacyRequest | "overtaken"> {
  const nowMs = deps.now();
  const place = placesOf(request)[request.place];
  if (place === undefined) return finish(request, nowMs, deps);
  const settledMs = request.createdAtMs + SETTLE_MS;
  const going = { ...request, version: request.version + 1, updatedAtMs: nowMs };
  if (isLate(place.kind) && nowMs < settledMs) {
    // Nobody takes it before: the lease says when.
    const settling = { ...going, state: "settling", leaseUntilMs: settledMs } as const;
    return (await deps.privacyRequests.advance(request, settling)) ? settling : "overtaken";
  }
  const result = await stepIn(place, request, deps);
  if (result.items.length > 0) {
    // Named by the step: done again, it is written over.
    await deps.exportParts.put(request, request.version, result.items);
  }
  const after: PrivacyRequest = {
    ...going,
    state: "running",
    place: result.next === null ? request.place + 1 : request.place,
    placeAfter: result.next,
    report: reported(request, place, result),
    leaseUntilMs: nowMs + LEASE_MS,
  };
  return (await deps.privacyRequests.advance(request, after)) ? after : "overtaken";
}

async function finish(
  request: PrivacyRequest,
  nowMs: number,
  { privacyRequests }: RunDeps,
): Promise<PrivacyRequest | "overtaken"> {
  const done: PrivacyRequest = {
    ...request,
    // What was erased is not kept by the request that erased it.
    unit: request.kind === "erasure" ? null : request.unit,
    state: "done",
    version: request.version + 1,
    leaseUntilMs: 0,
    updatedAtMs: nowMs,
    finishedAtMs: nowMs,
  };
  return (await privacyRequests.finish(request, done)) ? done : "overtaken";
}

function stepIn(place: Place, request: PrivacyRequest, deps: RunDeps): Promise<StepResult> {
  const { kind, environment } = place;
  const after = request.placeAfter;
  if (kind === "audit-log") return auditLogStep(request, after, deps);
  if (kind === "repeatable-answers") return Promise.resolve(repeatableAnswersStep(request));
  if (kind === "exports" || kind === "late-exports") {
    return exportsStep(request, after, isLate(kind), deps);
  }
  invariant(environment !== null, "every other place is an environment's");
  const task = { request, environment, after };
  const steps = {
    flags: () => configurationStep("flags", task, deps),
    "archived-flags": () => configurationStep("archived-flags", task, deps),
    segments: () => configurationStep("segments", task, deps),
    history: () => historyStep(task, deps),
    "raw-events": () => rawEventsStep(task, deps),
    "dead-letters": () => deadLettersStep(task, deps),
    // Before the events: a letter that is redelivered meanwhile is among those then.
    "late-dead-letters": () => deadLettersStep(task, deps),
    "late-events": () => lateEventsStep(task, deps),
  };
  return steps[kind]();
}

/** The report with a step's part added to its place. */
function reported(
  { report, place: index }: PrivacyRequest,
  { kind, environment }: Place,
  { looked, found, erased, kept }: StepResult,
): readonly PlaceReport[] {
  const before = report[index];
  const whole = {
    place: kind,
    environment: environment === null ? null : placeName(environment),
    looked: (before?.looked ?? 0) + looked,
    found: (before?.found ?? 0) + found,
    erased: (before?.erased ?? 0) + erased,
    kept: [...(before?.kept ?? []), ...kept].slice(0, KEPT_NAMED),
    keptCount: (before?.keptCount ?? 0) + kept.length,
  };
  return [...report.slice(0, index), whole, ...report.slice(index + 1)];
}
