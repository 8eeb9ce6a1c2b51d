import { describe, expect, it } from "vitest";
import type { AuditedEvent } from "../../../../src/app/audit/audit-view.ts";
import { followChain, type FollowEvent } from "../../../../src/app/audit/follow-chain.ts";

const at = (position: number): AuditedEvent => ({
  chain: "",
  position,
  atMs: 1_000,
  actor: { kind: "system", id: "test", name: "Test" },
  action: "flag.update",
  outcome: "done",
  target: { kind: "flag", id: "a", name: "a" },
  reason: null,
  requestId: null,
  hash: "",
  project: null,
  environment: null,
  detail: "kept",
  changes: [],
  moreChanges: false,
  facts: null,
});

/** What a follower of this chain is told, with the time of each; it leaves when the time is up. */
async function told(
  chain: (ms: number) => readonly AuditedEvent[] | null,
  { from = 0, leavesAtMs = Number.POSITIVE_INFINITY } = {},
): Promise<readonly (FollowEvent & { readonly ms: number })[]> {
  let ms = 0;
  const leaving = new AbortController();
  const events = followChain(from, {
    now: () => 1_000 + ms,
    wait: async (wanted) => {
      ms += wanted;
      if (ms >= leavesAtMs) leaving.abort();
    },
    read: async (after) => {
      reads.push(ms);
      // Some at a time, as pages are.
      return (
        chain(ms)
          ?.filter(({ position }) => position > after)
          .slice(0, 2) ?? null
      );
    },
    gone: leaving.signal,
  });
  const all: (FollowEvent & { readonly ms: number })[] = [];
  reads.length = 0;
  for await (const event of events) all.push({ ...event, ms });
  return all;
}
const reads: number[] = [];

const positions = (events: readonly FollowEvent[]) =>
  events.flatMap((event) => (event.kind === "entry" ? event.event.position : []));

describe("who follows a chain", () => {
  it("is told each entry after the known one, in order and once, however many come at a time", async () => {
    const old = [1, 2, 3, 4, 5, 6].map(at);
    const events = await told((ms) => (ms < 2_500 ? old : [...old, at(7)]), {
      from: 1,
      leavesAtMs: 10_000,
    });
    expect(positions(events)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(events.filter(({ kind }) => kind === "entry").at(-1)?.ms).toBeLessThanOrEqual(3_500);
  });

  it("is told every 5 seconds that nothing is new, and not while there is something", async () => {
    const quiet = await told(() => [], { leavesAtMs: 60_000 });
    expect(quiet.map(({ kind }) => kind)).toEqual(Array.from({ length: 11 }, () => "quiet"));
    const busy = await told((ms) => [at(1 + ms / 1_000)], { leavesAtMs: 60_000 });
    expect(busy.filter(({ kind }) => kind === "quiet")).toEqual([]);
  });

  it("costs nothing more when it has gone", async () => {
    expect(await told(() => [], { leavesAtMs: 3_000 })).toEqual([]);
    expect(reads).toEqual([0, 1_000, 2_000]);
  });

  it("misses nothing by a chain that is away for a while, and is told of one that stays away", async () => {
    const back = await told((ms) => (ms < 20_000 ? null : [at(1)]), { leavesAtMs: 25_000 });
    expect(positions(back)).toEqual([1]);
    const away = await told(() => null);
    expect(away.at(-1)).toMatchObject({ kind: "end", reason: "unreachable", ms: 30_000 });
  });

  it("ends after ten minutes, to be taken up again", async () => {
    expect((await told(() => [])).at(-1)).toMatchObject({
      kind: "end",
      reason: "time-limit",
      ms: 600_000,
    });
  });
});
