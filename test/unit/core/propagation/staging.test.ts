import { describe, expect, it } from "vitest";
import type { Command } from "../../../../src/core/authority/command.ts";
import { FanOut, type RelayCall } from "../../../../src/core/propagation/fan-out.ts";
import type { RelayReport } from "../../../../src/core/propagation/messages.ts";
import { propagationOf } from "../../../../src/core/propagation/propagation.ts";
import { type Region, relayKey } from "../../../../src/core/propagation/relay-address.ts";
import { PROPAGATION } from "../../../../src/core/propagation/settings.ts";
import { type Publishing, publishingOf } from "../../../../src/core/propagation/urgency.ts";
import { Revisions } from "./messages.ts";
import { FanOutMemory, StageMemory } from "./stores-in-memory.ts";

const NOON = 1_800_000_000_000;

function reportOf(region: Region, revision: number | null): RelayReport {
  return { relay: { region, shard: 0 }, revision, sockets: 0, observed: [] };
}

/** An authority at revision 5 that stages, whose relays have all of it; the last one spoke last. */
function aStagedAuthority(...regions: readonly Region[]) {
  const truth = new Revisions().add("a").add("b").add("c").add("d");
  truth.staged = true;
  const store = new FanOutMemory();
  const stages = new StageMemory();
  const deps = { store, stages, source: truth, settings: PROPAGATION, random: () => 0.5 };
  const world = {
    truth,
    stages,
    fanOut: new FanOut(deps),
    /** What a new process would find. */
    restart: () => {
      world.fanOut = new FanOut(deps);
    },
    /** Accepts a change, and answers the calls that it leads to. */
    accept: (flag: string, publishing: Publishing = "staged", nowMs = NOON) => {
      truth.add(flag);
      world.fanOut.accepted(publishing, nowMs);
      return world.fanOut.due(nowMs, publishing === "at-once");
    },
    answer: (call: RelayCall, revision: number, nowMs = NOON) =>
      world.fanOut.answered(call, [{ ...reportOf(call.to.region, revision) }], nowMs),
    refuse: (call: RelayCall, revision: number, nowMs = NOON) => {
      const issue = { path: "/flags/a", message: "is bad" };
      const report = { ...reportOf(call.to.region, 5), refused: { revision, issue } };
      world.fanOut.answered(call, [report], nowMs);
    },
    shown: (revision: number) => propagationOf(store, stages, { revision, acceptedAtMs: NOON }),
  };
  for (const [index, region] of regions.entries()) {
    world.fanOut.enlist(reportOf(region, truth.revision), NOON - 1_000 + index);
  }
  return world;
}

const namesOf = (calls: readonly RelayCall[]) => calls.map(({ to }) => relayKey(to)).toSorted();

describe("a staged change", () => {
  it("goes to the relay that answered last, and to all others once that one holds it", () => {
    const { accept, answer, fanOut, shown } = aStagedAuthority("weur", "enam", "oc");
    const [trial, ...others] = accept("a");
    expect(others).toEqual([]);
    expect(trial).toMatchObject({ to: { region: "oc" }, delivery: { isTrial: true, forward: [] } });
    expect(fanOut.released).toBe(5);
    expect(shown(6)).toMatchObject({ state: "accepted", stage: { state: "trying" } });
    answer(trial!, 6, NOON + 40);
    expect(fanOut.released).toBe(6);
    const calls = fanOut.due(NOON + 40, false);
    expect(namesOf(calls)).toEqual(["enam:0", "weur:0"]);
    for (const call of calls) {
      expect(call.delivery.isTrial).toBeUndefined();
      answer(call, 6, NOON + 80);
    }
    expect(shown(6)).toMatchObject({
      state: "relayed",
      stage: { state: "accepted", canary: { region: "oc", shard: 0 }, endedAtMs: NOON + 40 },
    });
    expect(fanOut.nextDueMs()).toBeNull();
  });

  it("is not given to whoever asks while it is tried", () => {
    const { accept, fanOut, truth } = aStagedAuthority("weur", "enam");
    accept("a");
    expect(fanOut.enlist(reportOf("weur", 5), NOON)).toEqual({ kind: "current", revision: 5 });
    expect(fanOut.enlist(reportOf("afr", null), NOON)).toEqual(truth.changesSince(null, 5));
    expect(fanOut.enlist(reportOf("weur", 4), NOON)).toEqual(truth.changesSince(4, 5));
  });

  it("is out when the canary says that it holds it, though its answer to the call was lost", () => {
    const { accept, fanOut } = aStagedAuthority("weur", "enam");
    const [trial] = accept("a");
    expect(fanOut.enlist(reportOf(trial!.to.region, 6), NOON + 20)).toEqual({
      kind: "current",
      revision: 6,
    });
    expect(namesOf(fanOut.due(NOON + 20, false))).toEqual(["weur:0"]);
  });

  it("makes those that follow wait, and lets them be tried together", () => {
    const { accept, answer, fanOut, shown } = aStagedAuthority("weur", "enam");
    const [trial] = accept("a");
    expect(accept("b", "staged", NOON + 10)).toEqual([]);
    expect(accept("c", "along", NOON + 20)).toEqual([]);
    expect(shown(7).stage?.state).toBe("waiting");
    answer(trial!, 6, NOON + 30);
    expect(fanOut.released).toBe(6);
    const next = fanOut.due(NOON + 30, false).find(({ delivery }) => delivery.isTrial);
    expect(next?.delivery.advance).toMatchObject({ delta: { since: 6, revision: 8 } });
    answer(next!, 8, NOON + 60);
    expect(fanOut.released).toBe(8);
    expect(shown(7).stage?.state).toBe("accepted");
  });

  it("is not staged where no relay can be asked, where it is turned off, or for a key alone", () => {
    const empty = aStagedAuthority();
    empty.accept("a");
    expect(empty.fanOut.released).toBe(6);
    const off = aStagedAuthority("weur", "enam");
    off.truth.staged = false;
    expect(namesOf(off.accept("a"))).toEqual(["enam:0", "weur:0"]);
    const key = aStagedAuthority("weur", "enam");
    expect(namesOf(key.accept("a", "along"))).toEqual(["enam:0", "weur:0"]);
    expect(key.shown(6).stage).toBeNull();
  });
});

describe("a canary that does not answer", () => {
  it("is followed by another one, and by all when there is none left: that is no refusal", () => {
    const { accept, fanOut, shown, truth } = aStagedAuthority("weur", "enam", "oc");
    const asked: string[] = [];
    let [trial] = accept("a");
    for (let nowMs = NOON; trial !== undefined;) {
      asked.push(relayKey(trial.to));
      expect(fanOut.nextDueMs()).toBe(nowMs + PROPAGATION.canaryDeadlineMs);
      nowMs += PROPAGATION.canaryDeadlineMs;
      fanOut.failed(trial, "no answer", nowMs);
      trial = fanOut.due(nowMs, false).find(({ delivery }) => delivery.isTrial);
    }
    expect(asked).toEqual(["oc:0", "enam:0", "weur:0"]);
    expect(fanOut.released).toBe(6);
    expect(shown(6)).toMatchObject({ state: "accepted", stage: { state: "unanswered" } });
    expect(truth.reverts).toEqual([]);
  });

  it("is followed by another one also when nobody has said that its call has failed", () => {
    const { accept, fanOut } = aStagedAuthority("weur", "enam");
    const [trial] = accept("a");
    expect(fanOut.due(NOON + 2_999, false)).toEqual([]);
    const [next] = fanOut.due(NOON + 3_000, false);
    expect([trial, next].map((call) => call?.to.region)).toEqual(["enam", "weur"]);
    expect(next?.delivery.isTrial).toBe(true);
  });

  it("holds a change back for ten seconds at most, however many there are", () => {
    const { accept, fanOut } = aStagedAuthority("weur", "enam", "oc", "afr", "sam", "me", "eeur");
    accept("a");
    for (let nowMs = NOON; nowMs < NOON + 9_999; nowMs += 500) {
      fanOut.due(nowMs, false);
      expect(fanOut.released).toBe(5);
    }
    fanOut.due(NOON + 10_000, false);
    expect(fanOut.released).toBe(6);
  });

  it("holds nothing back when the clock was set back meanwhile", () => {
    const { accept, fanOut } = aStagedAuthority("weur");
    accept("a");
    fanOut.due(NOON - 60_000, false);
    expect(fanOut.released).toBe(6);
  });

  it("is called again by another process, which goes on with the same stage", () => {
    const world = aStagedAuthority("weur", "enam");
    world.accept("a");
    world.restart();
    expect(world.fanOut.released).toBe(5);
    const [trial, ...others] = world.fanOut.due(NOON + 100, false);
    expect(others).toEqual([]);
    expect(trial).toMatchObject({ to: { region: "enam" }, delivery: { isTrial: true } });
    world.answer(trial!, 6, NOON + 200);
    expect(namesOf(world.fanOut.due(NOON + 200, false))).toEqual(["weur:0"]);
  });
});

describe("a refusal", () => {
  it("takes everything since the stage's beginning back, for all to get that", () => {
    const { accept, refuse, fanOut, shown, truth } = aStagedAuthority("weur", "enam");
    const [trial] = accept("a");
    accept("b");
    refuse(trial!, 6, NOON + 50);
    expect(truth.reverts).toMatchObject([{ toRevision: 5 }]);
    expect(truth.reverts[0]?.reason).toBe(
      "The relay enam:0 refused revision 6: /flags/a is bad. Everything since revision 5 was taken " +
        "back, kills excepted.",
    );
    expect(fanOut.released).toBe(8);
    expect(namesOf(fanOut.due(NOON + 50, false))).toEqual(["enam:0", "weur:0"]);
    for (const revision of [6, 7]) {
      expect(shown(revision)).toMatchObject({
        state: "reverted",
        relayedAtMs: null,
        stage: { state: "reverted", revertedBy: 8, issue: { path: "/flags/a" } },
      });
    }
    expect(shown(8)).toMatchObject({ state: "accepted", stage: null });
  });

  it("takes back also what a kill has taken along meanwhile", () => {
    const { accept, refuse, shown, truth } = aStagedAuthority("weur", "enam");
    const [trial] = accept("a");
    accept("b", "at-once", NOON + 10);
    refuse(trial!, 6, NOON + 50);
    expect(truth.reverts).toMatchObject([{ toRevision: 5 }]);
    expect(shown(6).state).toBe("reverted");
    expect(shown(7).state).toBe("reverted");
  });

  it("takes nothing back once changes are no longer staged", () => {
    const { accept, refuse, truth } = aStagedAuthority("weur", "enam");
    const [trial] = accept("a");
    truth.staged = false;
    accept("b", "staged", NOON + 10);
    refuse(trial!, 6, NOON + 50);
    expect(truth.reverts).toEqual([]);
  });

  it("that comes after the change has been accepted by another relay, or twice, does nothing", () => {
    const { accept, answer, refuse, fanOut, truth } = aStagedAuthority("weur", "enam");
    const [first] = accept("a");
    fanOut.failed(first!, "no answer", NOON + 3_000);
    const [second] = fanOut.due(NOON + 3_000, false);
    answer(second!, 6, NOON + 3_050);
    refuse(first!, 6, NOON + 3_100);
    expect(truth.reverts).toEqual([]);
    const [next] = accept("b", "staged", NOON + 4_000);
    refuse(next!, 7, NOON + 4_050);
    refuse(next!, 7, NOON + 4_060);
    expect(truth.reverts).toHaveLength(1);
  });
});

describe("what cannot wait", () => {
  it("goes to all at once, and takes along what is being tried", () => {
    const { accept, fanOut, shown } = aStagedAuthority("weur", "enam");
    accept("a");
    const calls = accept("b", "at-once", NOON + 10);
    expect(namesOf(calls)).toEqual(["enam:0", "weur:0"]);
    for (const { delivery } of calls) {
      expect(delivery).toMatchObject({ advance: { delta: { revision: 7 } } });
    }
    expect(fanOut.released).toBe(7);
    expect(shown(6).stage?.state).toBe("overtaken");
  });

  it.each<[Publishing, readonly Command["kind"][]]>([
    [
      "at-once",
      ["flag.kill", "environment.kill", "flag.unkill", "environment.unkill", "key.revoke"],
    ],
    ["along", ["key.issue", "key.rotate", "break-glass-key.issue", "break-glass-key.revoke"]],
    ["staged", ["flag.create", "flag.patch", "segment.patch", "override.add", "settings.patch"]],
  ])("is told by the command: %s", (publishing, kinds) => {
    for (const kind of kinds) expect(publishingOf({ kind } as Command)).toBe(publishing);
  });
});
