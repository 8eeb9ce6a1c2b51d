import { describe, expect, it } from "vitest";
import {
  type WatchEvent,
  watchPropagation,
} from "../../../../src/app/propagation/watch-propagation.ts";
import type { Propagation, RelayReceipt } from "../../../../src/core/propagation/receipts.ts";

const pending: RelayReceipt = {
  region: "weur",
  shard: 0,
  state: "pending",
  holds: 6,
  acknowledgedAtMs: null,
  sockets: null,
  observed: null,
  attempts: 0,
  lastError: null,
};
const relayed: RelayReceipt = { ...pending, state: "relayed", holds: 7, acknowledgedAtMs: 1_050 };
const observed: RelayReceipt = { ...relayed, observed: { firstAtMs: 1_200, lastOlderAtMs: null } };

function of(...relays: readonly RelayReceipt[]): Propagation {
  const isRelayed = relays.length > 0 && relays.every(({ state }) => state === "relayed");
  return {
    revision: 7,
    acceptedAtMs: 1_000,
    state: isRelayed ? "relayed" : "accepted",
    relayedAtMs: isRelayed ? 1_050 : null,
    stage: null,
    relays,
  };
}

/** What a watcher is told, with the time of each, of a revision whose way is this, by time. */
async function told(
  way: (ms: number) => Propagation | null,
  seenId: string | null = null,
): Promise<readonly (WatchEvent & { readonly ms: number })[]> {
  let ms = 0;
  const first = way(0);
  if (first === null) throw new Error("a watch begins with an answer");
  const asked: number[] = [];
  const events = watchPropagation(first, seenId, {
    now: () => 1_000 + ms,
    wait: async (wanted) => void (ms += wanted),
    ask: async () => {
      asked.push(ms);
      return way(ms);
    },
    gone: new AbortController().signal,
  });
  const all: (WatchEvent & { readonly ms: number })[] = [];
  for await (const event of events) all.push({ ...event, ms });
  asks = asked;
  return all;
}
let asks: readonly number[] = [];

const kinds = (events: readonly WatchEvent[]) =>
  events.map((event) => (event.kind === "state" ? event.propagation.relays[0]?.state : event.kind));

describe("who watches a revision", () => {
  it("is told what is known at once, each change when it comes, and then the end", async () => {
    const events = await told((ms) => of(ms < 900 ? pending : ms < 3_000 ? relayed : observed));
    expect(kinds(events)).toEqual(["pending", "relayed", "relayed", "end"]);
    expect(events[0]?.ms).toBe(0);
    expect(events[1]?.ms).toBeLessThan(900 + 400);
    expect(events[2]?.ms).toBeLessThan(3_000 + 1_000);
    expect(events.at(-1)).toMatchObject({ kind: "end", reason: "complete" });
  });

  it("is told the same state once, under the same id", async () => {
    const [first] = await told(() => of(observed));
    const [again] = await told(() => of(observed));
    expect(first).toEqual(again);
    const [other] = await told(() => of(pending, observed));
    expect(first).toMatchObject({ kind: "state", id: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(other).not.toMatchObject({ id: first?.kind === "state" ? first.id : "" });
  });

  it("is not told again what it has seen, but of what came while it was away", async () => {
    const [seen] = await told(() => of(pending));
    const id = seen?.kind === "state" ? seen.id : "";
    expect(kinds(await told((ms) => of(ms < 500 ? pending : observed), id))).toEqual([
      "relayed",
      "end",
    ]);
    expect(kinds(await told(() => of(observed), id))).toEqual(["relayed", "end"]);
  });

  it("sees nothing turn green by waiting: a pending region stays pending until the time is up", async () => {
    const events = await told(() => of(observed, { ...pending, region: "oc" }));
    const states = events.filter(({ kind }) => kind === "state");
    expect(states).toHaveLength(1);
    expect(states[0]).toMatchObject({ propagation: { state: "accepted" } });
    expect(events.at(-1)).toMatchObject({ kind: "end", reason: "time-limit" });
    expect(events.at(-1)?.ms).toBeGreaterThanOrEqual(600_000);
    expect(events.at(-1)?.ms).toBeLessThan(602_000);
  });

  it("is told every 5 seconds that nothing happens, and about as often as it is so", async () => {
    const quiet = (await told(() => of(pending))).filter(({ kind }) => kind === "quiet");
    expect(quiet.length).toBeGreaterThanOrEqual(100);
    expect(quiet.length).toBeLessThanOrEqual(120);
  });

  it("does not wait for a region that is gone, nor for one that nobody evaluates in for ever", async () => {
    const gone = { ...pending, state: "gone" as const };
    const withGone = { ...of(observed), relays: [observed, gone] };
    expect((await told(() => withGone)).at(-1)).toMatchObject({ reason: "complete" });
    expect((await told(() => of(relayed))).at(-1)).toMatchObject({ reason: "time-limit" });
    expect((await told(() => of())).at(-1)).toMatchObject({ reason: "time-limit" });
  });

  it("is told when the revision is taken back, which is the end of its way", async () => {
    const reverted = { ...of(pending), state: "reverted" as const };
    const events = await told((ms) => (ms < 2_000 ? of(pending) : reverted));
    expect(events.slice(-2)).toMatchObject([
      { kind: "state", propagation: { state: "reverted" } },
      { kind: "end", reason: "complete" },
    ]);
  });

  it("misses nothing by an authority that is away for a while, and is told of one that stays away", async () => {
    const back = await told((ms) => (ms === 0 ? of(pending) : ms < 20_000 ? null : of(observed)));
    expect(kinds(back).filter((kind) => kind !== "quiet")).toEqual(["pending", "relayed", "end"]);
    const away = await told((ms) => (ms === 0 ? of(pending) : null));
    expect(away.at(-1)).toMatchObject({ kind: "end", reason: "unreachable" });
    expect(away.at(-1)?.ms).toBeGreaterThanOrEqual(30_000);
    expect(away.at(-1)?.ms).toBeLessThan(32_000);
  });

  it("costs nothing more when it has gone, however quiet it was", async () => {
    const leaving = new AbortController();
    let waits = 0;
    const events = watchPropagation(of(pending), null, {
      now: () => 1_000,
      wait: async () => {
        waits += 1;
        if (waits === 3) leaving.abort();
      },
      ask: async () => of(pending),
      gone: leaving.signal,
    });
    expect((await events.next()).value).toMatchObject({ kind: "state" });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(waits).toBe(3);
  });

  it("asks after 200 ms at first, every second in the end, and never too often for one request", async () => {
    await told(() => of(pending));
    expect(asks[0]).toBe(200);
    expect((asks.at(-1) ?? 0) - (asks.at(-2) ?? 0)).toBe(1_000);
    expect(asks.filter((ms) => ms < 5_000).length).toBeGreaterThan(8);
    expect(asks.length).toBeLessThan(700);
  });
});
