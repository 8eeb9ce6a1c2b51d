import type { EnvironmentId } from "../../core/brand.ts";
import { inTurns } from "../in-turns.ts";
import type { PrivacySettingsStore } from "./environment-privacy.ts";
import { type RunDeps, runRequest } from "./run-request.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** How long an export can be downloaded. */
const EXPORT_KEPT_MS = 7 * DAY_MS;
/** When an export that never finished is given up, by when it was made. */
const UNFINISHED_KEPT_MS = 30 * DAY_MS;

const ENVIRONMENTS_AT_A_TIME = 4;
/** In each of those environments. */
const LETTERS_AT_A_TIME = 5;

/** Rows of the control plane that are kept for a time. */
export interface KeptRows {
  /** Organisations whose details of the audit log are kept for a time, after this id. */
  organisationsWithRetention(
    after: string | null,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly auditDetailDays: number }[]>;
  /** Answers to repeatable requests; at most so many. Answers how many. */
  removeAnswersBefore(beforeMs: number, limit: number): Promise<number>;
  /** True for one caller in each period: the one that is to sweep. */
  claimSweep(nowMs: number, everyMs: number): Promise<boolean>;
  /** Where a chore goes on; `null`: at its beginning. */
  placeOf(chore: SweepChore): Promise<string | null>;
  moveTo(chore: SweepChore, after: string | null, nowMs: number): Promise<void>;
}

export type SweepChore = "events" | "audit-details";

export interface SweepDeps extends RunDeps {
  readonly keptRows: KeptRows;
  readonly privacySettings: Pick<PrivacySettingsStore, "all">;
}

/** How much one sweep may do. */
export interface SweepLimits {
  /** Environments and organisations that are looked at. */
  readonly places: number;
  /** Objects, letters and rows that are deleted in each. */
  readonly deletions: number;
  readonly requests: number;
}

const SWEEP_LIMITS: SweepLimits = { places: 20, deletions: 500, requests: 3 };

/** How much was deleted, of each kind, and how many requests went on. */
export interface Swept {
  /** Objects with raw events, and dead letters. */
  readonly events: number;
  readonly auditDetails: number;
  readonly answers: number;
  readonly exports: number;
  readonly requests: number;
  /** What could not be done; the next sweep tries it again. */
  readonly failed: readonly SweepFailure[];
}

interface SweepFailure {
  /** The chore, and the place or request in it. */
  readonly what: string;
  readonly error: string;
}

/** Does a part of the sweep, and answers its count: 0 when it throws, which is written down. */
type Attempt = (what: string, work: () => Promise<number>) => Promise<number>;

const REQUEST_BUDGET = { steps: 50, forMs: 10_000 };
/** As long as an answer may be repeated. */
const ANSWERS_KEPT_MS = 24 * HOUR_MS;

/**
 * Deletes a bounded part of what is kept longer than is set, and goes on with requests that wait. What
 * is left is for the next time; each chore remembers where it was, and begins anew at its end. What
 * fails in one place, of one organisation, keeps nothing else from being done.
 */
export async function sweep(deps: SweepDeps, limits = SWEEP_LIMITS): Promise<Swept> {
  const { keptRows, now } = deps;
  const failed: SweepFailure[] = [];
  const attempt: Attempt = async (what, work) => {
    try {
      return await work();
    } catch (error) {
      failed.push({ what, error: String(error) });
      return 0;
    }
  };
  const answersBeforeMs = now() - ANSWERS_KEPT_MS;
  return {
    events: await attempt("events", () => sweepEvents(deps, limits, attempt)),
    auditDetails: await attempt("audit details", () => sweepAuditDetails(deps, limits, attempt)),
    answers: await attempt("answers", () =>
      keptRows.removeAnswersBefore(answersBeforeMs, limits.deletions),
    ),
    exports: await attempt("exports", () => sweepExports(deps, limits, attempt)),
    requests: await attempt("requests", () => goOn(deps, limits, attempt)),
    failed,
  };
}

/** Raw events and dead letters. */
async function sweepEvents(
  deps: SweepDeps,
  limits: SweepLimits,
  attempt: Attempt,
): Promise<number> {
  const after = await deps.keptRows.placeOf("events");
  const environments = await deps.privacySettings.all(after, limits.places);
  const deleted = await inTurns(
    environments,
    ENVIRONMENTS_AT_A_TIME,
    async ({ environmentId, privacy: { rawEventDays, deadLetterDays } }) => {
      const events = await attempt(`raw events of ${environmentId}`, () =>
        sweepRawEvents(environmentId, rawEventDays, deps, limits),
      );
      const letters = await attempt(`dead letters of ${environmentId}`, () =>
        sweepDeadLetters(environmentId, deadLetterDays, deps, limits),
      );
      return events + letters;
    },
  );
  const isEnd = environments.length < limits.places;
  const next = isEnd ? null : (environments.at(-1)?.environmentId ?? null);
  await deps.keptRows.moveTo("events", next, deps.now());
  return sumOf(deleted);
}

async function sweepRawEvents(
  environmentId: EnvironmentId,
  days: number | null,
  { rawEvents, now }: SweepDeps,
  { deletions }: SweepLimits,
): Promise<number> {
  if (days === null) return 0;
  // The oldest come first. An hour goes when its last instant is old enough.
  const keys = await rawEvents.list(environmentId, null, deletions);
  const beforeMs = now() - days * DAY_MS;
  const old = keys.filter((key) => rawEvents.hourOf(key) + HOUR_MS <= beforeMs);
  if (old.length > 0) await rawEvents.remove(old);
  return old.length;
}

async function sweepDeadLetters(
  environmentId: EnvironmentId,
  days: number | null,
  { deadLetterScan, now }: SweepDeps,
  { deletions }: SweepLimits,
): Promise<number> {
  if (days === null) return 0;
  const ids = await deadLetterScan.idsBefore(environmentId, now() - days * DAY_MS, deletions);
  await inTurns(ids, LETTERS_AT_A_TIME, (id) => deadLetterScan.remove(id));
  return ids.length;
}

async function sweepAuditDetails(
  deps: SweepDeps,
  limits: SweepLimits,
  attempt: Attempt,
): Promise<number> {
  const { keptRows, auditDetails } = deps;
  const after = await keptRows.placeOf("audit-details");
  const organisations = await keptRows.organisationsWithRetention(after, limits.places);
  const erased = await Promise.all(
    organisations.map(({ id, auditDetailDays }) =>
      attempt(`audit details of ${id}`, () =>
        auditDetails.eraseBefore(id, deps.now() - auditDetailDays * DAY_MS, limits.deletions),
      ),
    ),
  );
  const isEnd = organisations.length < limits.places;
  const next = isEnd ? null : (organisations.at(-1)?.id ?? null);
  await keptRows.moveTo("audit-details", next, deps.now());
  return sumOf(erased);
}

async function sweepExports(
  { privacyRequests, exportParts, now }: SweepDeps,
  { requests: most }: SweepLimits,
  attempt: Attempt,
): Promise<number> {
  const nowMs = now();
  const before = {
    finishedBeforeMs: nowMs - EXPORT_KEPT_MS,
    createdBeforeMs: nowMs - UNFINISHED_KEPT_MS,
  };
  const expiring = await privacyRequests.expiring(before, most);
  const removed = await Promise.all(
    expiring.map((request) =>
      attempt(`export ${request.id}`, async () => {
        // What is left of a large one is for the next time.
        if (!(await exportParts.removeAll(request))) return 0;
        await privacyRequests.markExpired(request, nowMs);
        return 1;
      }),
    ),
  );
  return sumOf(removed);
}

async function goOn(
  deps: SweepDeps,
  { requests: most }: SweepLimits,
  attempt: Attempt,
): Promise<number> {
  const waiting = await deps.privacyRequests.waiting(deps.now(), most);
  // One after the other, so that the work stays bounded.
  const gone = await inTurns(waiting, 1, (request) =>
    attempt(`request ${request.id}`, async () => {
      await runRequest(request, REQUEST_BUDGET, deps);
      return 1;
    }),
  );
  return sumOf(gone);
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, each) => sum + each, 0);
