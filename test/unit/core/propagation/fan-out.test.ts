import { describe, expect, it } from "vitest";
import { relaysOf, treeOf } from "../../../../src/core/propagation/call-tree.ts";
import { FanOut, type RelayCall } from "../../../../src/core/propagation/fan-out.ts";
import { KEPT } from "../../../../src/core/propagation/fan-out-store.ts";
import type { RelayReport } from "../../../../src/core/propagation/messages.ts";
import { propagationOf } from "../../../../src/core/propagation/propagation.ts";
import {
  parseRelayObjectName,
  type Region,
  REGIONS,
  relayKey,
  relayObjectName,
} from "../../../../src/core/propagation/relay-address.ts";
import { PROPAGATION } from "../../../../src/core/propagation/settings.ts";
import { ID, Revisions } from "./messages.ts";
import { FanOutMemory, StageMemory } from "./stores-in-memory.ts";

const NOON = 1_800_000_000_000;
const DAY = 86_400_000;

function reportOf(region: Region, revision: number | null, shard = 0): RelayReport {
  return { relay: { region, shard }, revision, sockets: 0, observed: [] };
}

/** An authority at revision 5 whose relays in these regions have all of it. */
function anAuthority(...regions: readonly Region[]) {
  const truth = new Revisions().add("a").add("b").add("c").add("d");
  const store = new FanOutMemory();
  const stages = new StageMemory();
  const deps = { store, stages, source: truth, settings: PROPAGATION, random: () => 0.5 };
  const fanOut = new FanOut(deps);
  for (const region of regions) fanOut.enlist(reportOf(region, truth.revision), NOON);
  const shown = (revision: number) =>
    Object.fromEntries(
      propagationOf(store, stages, { revision, acceptedAtMs: NOON }).relays.map((relay) => [
        relayKey(relay),
        relay.state,
      ]),
    );
  return { truth, store, stages, fanOut, shown };
}

const namesOf = (calls: readonly RelayCall[]) =>
  calls.flatMap(({ relays }) => relays.map(relayKey)).toSorted();

describe("a change", () => {
  it("goes to every relay that lacks it, as what it lacks, once", () => {
    const { fanOut, truth } = anAuthority("weur", "enam");
    expect(fanOut.due(NOON, false)).toEqual([]);
    truth.add("a");
    const calls = fanOut.due(NOON, false);
    expect(namesOf(calls)).toEqual(["enam:0", "weur:0"]);
    for (const { delivery } of calls) expect(delivery.advance).toEqual(truth.changesSince(5));
    expect(fanOut.due(NOON, false)).toEqual([]);
    for (const call of calls) fanOut.answered(call, [reportOf(call.to.region, 6)], NOON + 30);
    expect(fanOut.nextDueMs()).toBeNull();
  });

  it("that comes while a call is under way waits for its answer, unless it is urgent", () => {
    const { fanOut, truth } = anAuthority("weur");
    truth.add("a");
    const [first] = fanOut.due(NOON, false);
    truth.add("b");
    expect(fanOut.due(NOON + 10, false)).toEqual([]);
    expect(fanOut.due(NOON + 10, true)).toHaveLength(1);
    truth.add("c");
    fanOut.answered(first!, [reportOf("weur", 6)], NOON + 20);
    const [next] = fanOut.due(NOON + 20, false);
    expect(next?.delivery.advance).toEqual(truth.changesSince(6));
  });

  it("goes as one message to relays at different revisions, and whole to one that has nothing", () => {
    const { fanOut, truth } = anAuthority("weur", "enam");
    truth.add("a");
    fanOut.enlist(reportOf("enam", 6), NOON);
    fanOut.enlist(reportOf("oc", null), NOON);
    truth.add("b");
    const calls = fanOut.due(NOON + PROPAGATION.callDeadlineMs, false);
    const kinds = calls.map(({ to, delivery }) => [to.region, delivery.advance.kind]);
    expect(kinds).toEqual([
      ["weur", "delta"],
      ["enam", "delta"],
      ["oc", "snapshot"],
    ]);
    expect(calls[0]?.delivery.advance).toEqual(truth.changesSince(5));
  });

  it("goes at once to a relay that has just enlisted, and not while it is given what it lacks", () => {
    const { fanOut, truth } = anAuthority();
    expect(fanOut.enlist(reportOf("weur", null), NOON).kind).toBe("snapshot");
    expect(fanOut.due(NOON, false)).toEqual([]);
    fanOut.enlist(reportOf("weur", 5), NOON + 1);
    truth.add("a");
    expect(namesOf(fanOut.due(NOON + 2, false))).toEqual(["weur:0"]);
  });

  it("goes down a tree in which nobody calls more than six, and which reaches everybody once", () => {
    for (const count of [1, 6, 7, 12, 42, 43, 256]) {
      const relays = Array.from({ length: count }, (_, place) => ({
        region: REGIONS[place % 12]!,
        shard: Math.floor(place / 12),
      }));
      const tree = treeOf(relays, 6);
      const everybody = tree.flatMap(relaysOf).map(relayKey);
      expect(everybody.toSorted()).toEqual(relays.map(relayKey).toSorted());
      const widest = (branches: typeof tree): number =>
        Math.max(branches.length, ...branches.map(({ forward }) => widest(forward)));
      expect(widest(tree)).toBeLessThanOrEqual(6);
    }
  });

  it("is taken as arrived where the tree says so, and tried again where it does not", () => {
    const { fanOut, truth, shown } = anAuthority(...REGIONS.slice(0, 7));
    truth.add("a");
    const call = fanOut.due(NOON, false).find(({ relays }) => relays.length === 2);
    const [near, far] = call!.relays;
    fanOut.answered(call!, [reportOf(near!.region, 6)], NOON + 30);
    expect(shown(6)).toMatchObject({ [relayKey(near!)]: "relayed", [relayKey(far!)]: "pending" });
    expect(namesOf(fanOut.due(NOON + 1_000, false))).toEqual([relayKey(far!)]);
  });
});

describe("a relay that does not answer", () => {
  it("is tried again ever more seldom, and shown as pending all the time", () => {
    const { fanOut, truth, shown } = anAuthority("weur");
    truth.add("a");
    const waits: number[] = [];
    let nowMs = NOON;
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const [call] = fanOut.due(nowMs, false);
      fanOut.failed(call!, "Network connection lost.", nowMs);
      expect(shown(6)).toEqual({ "weur:0": "pending" });
      waits.push(fanOut.nextDueMs()! - nowMs);
      nowMs = fanOut.nextDueMs()!;
    }
    expect(waits.slice(0, 4)).toEqual([188, 375, 750, 1_500]);
    expect(waits.at(-1)).toBe(22_500);
  });

  it("is called for an urgent change all the same", () => {
    const { fanOut, truth } = anAuthority("weur");
    truth.add("a");
    fanOut.failed(fanOut.due(NOON, false)[0]!, "gone", NOON);
    expect(fanOut.due(NOON + 1, false)).toEqual([]);
    expect(fanOut.due(NOON + 1, true)).toHaveLength(1);
  });

  it("does not keep others waiting: it is called by itself, and passes nothing on", () => {
    const { fanOut, truth } = anAuthority(...REGIONS.slice(0, 10));
    truth.add("a");
    const call = fanOut.due(NOON, false).find(({ to }) => to.region === "wnam");
    fanOut.failed(call!, "gone", NOON);
    truth.add("b");
    const calls = fanOut.due(NOON + 1, true);
    expect(calls.find(({ to }) => to.region === "wnam")?.relays).toHaveLength(1);
  });

  it("is dropped after a day, is never shown as arrived for that, and comes back when it asks", () => {
    const { fanOut, truth, store, stages, shown } = anAuthority("weur", "enam");
    truth.add("a");
    for (const call of fanOut.due(NOON, false)) {
      if (call.to.region === "weur") fanOut.failed(call, "gone", NOON);
      else fanOut.answered(call, [reportOf("enam", 6)], NOON);
    }
    for (const atMs of [NOON + DAY - 1, NOON + DAY]) {
      for (const call of fanOut.due(atMs, true)) fanOut.failed(call, "gone", atMs);
    }
    expect(fanOut.due(NOON + DAY, true)).toEqual([]);
    expect(fanOut.nextDueMs()).toBeNull();
    expect(shown(6)).toEqual({ "enam:0": "relayed", "weur:0": "gone" });
    const stateOf = (acceptedAtMs: number) =>
      propagationOf(store, stages, { revision: 6, acceptedAtMs }).state;
    expect(stateOf(NOON)).toBe("accepted");
    expect(stateOf(NOON + DAY + 1)).toBe("relayed");
    expect(fanOut.enlist(reportOf("weur", 5), NOON + DAY)).toEqual(truth.changesSince(5));
    expect(shown(6)).toEqual({ "enam:0": "relayed", "weur:0": "pending" });
    fanOut.enlist(reportOf("weur", 6), NOON + DAY);
    expect(shown(6)).toEqual({ "enam:0": "relayed", "weur:0": "relayed" });
  });

  it("in time but answers late is believed when it does", () => {
    const { fanOut, truth, shown } = anAuthority("weur");
    truth.add("a");
    const [call] = fanOut.due(NOON, false);
    fanOut.failed(call!, "no answer", NOON + 1_500);
    fanOut.answered(call!, [reportOf("weur", 6)], NOON + 9_000);
    expect(shown(6)).toEqual({ "weur:0": "relayed" });
    expect(fanOut.nextDueMs()).toBeNull();
  });

  it("takes what is sent is sent it again, with a wait", () => {
    const { fanOut, truth, store } = anAuthority("weur");
    truth.add("a");
    let nowMs = NOON;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const [call] = fanOut.due(nowMs, false);
      fanOut.answered(call!, [reportOf("weur", 5)], nowMs);
      expect(store.relays()).toMatchObject([{ attempts: attempt, revision: 5 }]);
      nowMs = fanOut.nextDueMs()!;
    }
    // It has lost everything, and says so: that is cured at once.
    const [call] = fanOut.due(nowMs, false);
    fanOut.answered(call!, [reportOf("weur", null)], nowMs);
    expect(fanOut.due(nowMs, true)[0]?.delivery.advance.kind).toBe("snapshot");
  });
});

describe("receipts", () => {
  it("name the first moment at which a relay held the revision or a later one", () => {
    const { fanOut, truth, store, stages } = anAuthority("weur");
    truth.add("a").add("a");
    for (const atMs of [NOON + 30, NOON + 90]) fanOut.enlist(reportOf("weur", 7), atMs);
    fanOut.enlist(reportOf("weur", truth.add("a").revision), NOON + 200);
    const at = (revision: number) => propagationOf(store, stages, { revision, acceptedAtMs: NOON });
    expect(at(6)).toMatchObject({ state: "relayed", relayedAtMs: NOON + 30 });
    expect(at(7)).toMatchObject({ state: "relayed", relayedAtMs: NOON + 30 });
    expect(at(8)).toMatchObject({ state: "relayed", relayedAtMs: NOON + 200 });
    expect(at(9)).toMatchObject({ state: "accepted", relayedAtMs: null });
  });

  it("of a late answer do not undo a later one", () => {
    const { fanOut, truth, shown } = anAuthority("weur");
    truth.add("a");
    const [first] = fanOut.due(NOON, true);
    truth.add("a");
    const [second] = fanOut.due(NOON, true);
    fanOut.answered(second!, [reportOf("weur", 7)], NOON + 20);
    fanOut.answered(first!, [reportOf("weur", 6)], NOON + 30);
    expect(shown(7)).toEqual({ "weur:0": "relayed" });
  });

  it("are never complete where there is no relay", () => {
    const { store, stages } = anAuthority();
    const { state, relays } = propagationOf(store, stages, { revision: 5, acceptedAtMs: NOON });
    expect({ state, relays }).toEqual({ state: "accepted", relays: [] });
  });

  it("carry what readers said", () => {
    const { fanOut, store, stages } = anAuthority("weur");
    const seen = { revision: 5, firstAtMs: NOON + 40, lastOlderAtMs: NOON + 900 };
    fanOut.enlist({ ...reportOf("weur", 5), observed: [seen] }, NOON + 1_000);
    const { relays } = propagationOf(store, stages, { revision: 4, acceptedAtMs: NOON });
    expect(relays[0]?.observed).toEqual({ firstAtMs: NOON + 40, lastOlderAtMs: NOON + 900 });
  });
});

it("no more relays are enlisted than there is room for, and all get an answer", () => {
  const { fanOut, store, truth } = anAuthority();
  for (let relay = 0; relay < 600; relay += 1) {
    const answer = fanOut.enlist(reportOf(REGIONS[relay % 12]!, 4, Math.floor(relay / 12)), NOON);
    expect(answer).toEqual(truth.changesSince(4));
  }
  expect(store.relays()).toHaveLength(KEPT.relays);
  expect(anAuthority().fanOut.enlist(reportOf("weur", 5, 64), NOON).kind).toBe("current");
});

it("a relay's object name says whose it is and where", () => {
  const address = { region: "apac-ne", shard: 12 } as const;
  const name = relayObjectName(ID, address);
  expect(name).toBe("envtest00001:apac-ne:12");
  expect(parseRelayObjectName(name)).toEqual({ environmentId: ID, address });
  for (const other of ["envtest00001", "envtest00001:mars:0", "envtest00001:weur:64", ":weur:0"]) {
    expect(parseRelayObjectName(other)).toBeNull();
  }
});
