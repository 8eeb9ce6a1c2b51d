/** Work that follows an accepted change: `revision` must arrive at `topic`, however often it takes. */
export interface OutboxRow {
  readonly topic: OutboxTopic;
  /** The newest revision that must arrive. */
  readonly revision: number;
  /** The newest revision that did; the row rests while both are equal. */
  readonly deliveredRevision: number;
  /** Tries since the last success. */
  readonly attempts: number;
  /** Nothing is tried before this moment; milliseconds since the Unix epoch. */
  readonly notBeforeMs: number;
  readonly lastError: string | null;
}

export type OutboxTopic = "kv:snapshot";

/** KV takes one write a second to one key. */
const SPACING_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** An error text is for people; a whole response body is not. */
const ERROR_LENGTH = 300;

export function isPending(row: OutboxRow): boolean {
  return row.revision > row.deliveredRevision;
}

/**
 * The row after a change. It keeps the wait that spacing or a failing receiver imposed, so that a
 * burst of changes is one delivery, and changes made during an outage do not hammer.
 */
export function demand(
  row: OutboxRow | null,
  topic: OutboxTopic,
  revision: number,
  nowMs: number,
): OutboxRow {
  if (row !== null) return { ...row, revision };
  return {
    topic,
    revision,
    deliveredRevision: 0,
    attempts: 0,
    notBeforeMs: nowMs,
    lastError: null,
  };
}

/**
 * The row after an emergency stop: the waits of an outage begin anew, and the next try is at most as
 * far away as the spacing demands. A try that is under way and fails counts as the first.
 */
export function hastened(row: OutboxRow, nowMs: number): OutboxRow {
  return { ...row, attempts: 0, notBeforeMs: Math.min(row.notBeforeMs, nowMs + SPACING_MS) };
}

/** The row while a delivery runs. Kept before the attempt, so a crash cannot break the spacing. */
export function started(row: OutboxRow, nowMs: number): OutboxRow {
  return { ...row, attempts: row.attempts + 1, notBeforeMs: nowMs + SPACING_MS };
}

/** The row after a revision arrived; a newer one may be asked for by now and stays pending. */
export function delivered(row: OutboxRow, revision: number): OutboxRow {
  return {
    ...row,
    deliveredRevision: Math.max(row.deliveredRevision, revision),
    attempts: 0,
    lastError: null,
  };
}

/**
 * The row after a failed try: 1 s, 2 s, 4 s … up to 60 s, of which a random half is left out so
 * that environments do not return together. `random` is in `[0, 1)`.
 */
export function failed(row: OutboxRow, nowMs: number, error: string, random: number): OutboxRow {
  const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(row.attempts, 10));
  const waitMs = Math.max(SPACING_MS, Math.round(longest * (0.5 + random / 2)));
  return { ...row, notBeforeMs: nowMs + waitMs, lastError: error.slice(0, ERROR_LENGTH) };
}

/** When the alarm must ring next; `null`: nothing is pending. */
export function nextDueMs(rows: readonly OutboxRow[]): number | null {
  const due = rows.filter(isPending).map((row) => row.notBeforeMs);
  return due.length === 0 ? null : Math.min(...due);
}
