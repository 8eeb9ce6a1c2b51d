import { describe, expect, it } from "vitest";
import {
  delivered,
  demand,
  failed,
  hastened,
  isPending,
  nextDueMs,
  type OutboxRow,
  started,
} from "../../../../src/core/authority/outbox.ts";

const NOON = 1_800_000_000_000;
const first = demand(null, "kv:snapshot", 1, NOON);

describe("the outbox", () => {
  it("delivers the first change after a quiet time at once", () => {
    expect(nextDueMs([first])).toBe(NOON);
  });

  it("makes one delivery of a burst, and starts no two within a second", () => {
    const starts: number[] = [];
    let row: OutboxRow = first;
    // A change every 10 ms for 5 s, deliveries that take 30 ms, and an alarm that is punctual.
    let delivering: { readonly endsMs: number; readonly revision: number } | null = null;
    for (let nowMs = NOON; nowMs < NOON + 5_000; nowMs += 10) {
      row = demand(row, "kv:snapshot", row.revision + 1, nowMs);
      if (delivering !== null && delivering.endsMs <= nowMs) {
        row = delivered(row, delivering.revision);
        delivering = null;
      }
      const due = nextDueMs([row]);
      if (delivering === null && due !== null && due <= nowMs) {
        row = started(row, nowMs);
        delivering = { endsMs: nowMs + 30, revision: row.revision };
        starts.push(nowMs - NOON);
      }
    }
    expect(starts).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
    expect(isPending(row)).toBe(true);
  });

  it("keeps the spacing when the process ends in the middle of a delivery", () => {
    expect(nextDueMs([started(first, NOON)])).toBe(NOON + 1_000);
  });

  it("stays pending when a newer revision was asked for during the delivery", () => {
    const during = demand(started(first, NOON), "kv:snapshot", 2, NOON + 5);
    expect(isPending(delivered(during, 1))).toBe(true);
    expect(isPending(delivered(during, 2))).toBe(false);
    expect(nextDueMs([delivered(during, 2)])).toBeNull();
  });

  it("does not take a late report for a newer one", () => {
    const row = delivered(delivered({ ...first, revision: 3 }, 3), 2);
    expect(row.deliveredRevision).toBe(3);
  });

  it("waits longer with each failure, at most a minute, and never less than a second", () => {
    const waits: number[] = [];
    let row: OutboxRow = first;
    for (let attempt = 0; attempt < 12; attempt += 1) {
      row = failed(started(row, NOON), NOON, "KV PUT failed: 503", 1 - 2 ** -53);
      waits.push((row.notBeforeMs - NOON) / 1_000);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60]);
    expect(failed(started(first, NOON), NOON, "", 0).notBeforeMs).toBe(NOON + 1_000);
    expect(row).toMatchObject({ attempts: 12, lastError: "KV PUT failed: 503" });
  });

  it("spreads returns over half of the wait", () => {
    const late = { ...first, attempts: 9 };
    expect(failed(late, NOON, "", 0).notBeforeMs).toBe(NOON + 30_000);
    expect(failed(late, NOON, "", 0.5).notBeforeMs).toBe(NOON + 45_000);
  });

  it("keeps the wait of an outage when more changes arrive", () => {
    const row = failed(started(first, NOON), NOON, "down", 0.9);
    expect(demand(row, "kv:snapshot", 9, NOON + 100)).toEqual({ ...row, revision: 9 });
  });

  it("shortens an outage's wait for an emergency stop, to what KV demands", () => {
    const waiting = { ...first, attempts: 9, notBeforeMs: NOON + 60_000 };
    expect(hastened(waiting, NOON)).toMatchObject({ attempts: 0, notBeforeMs: NOON + 1_000 });
    const spaced = started(first, NOON);
    expect(hastened(spaced, NOON + 300).notBeforeMs).toBe(NOON + 1_000);
    expect(hastened(first, NOON + 300).notBeforeMs).toBe(NOON);
  });

  it("tries an emergency stop again after a second when a try that was under way fails", () => {
    const during = hastened(started({ ...first, attempts: 9 }, NOON), NOON + 100);
    expect(failed(during, NOON + 200, "down", 0.9).notBeforeMs).toBe(NOON + 1_200);
  });

  it("forgets the failures with the first success", () => {
    const row = failed(started(first, NOON), NOON, "down", 0);
    expect(delivered(row, 1)).toMatchObject({ attempts: 0, lastError: null });
  });
});
