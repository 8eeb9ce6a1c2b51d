import { describe, expect, it } from "vitest";
import { environmentId } from "../../../../src/core/brand.ts";
import type { EdgeIo } from "../../../../workers/edge/ports.ts";
import { deltaTo, ID, snapshotAt, World, sealed, sealedAt } from "./world.ts";

const idOf = (index: number) => environmentId(`environment${index}`);

/** A world whose environment is held, confirmed at this very moment. */
async function warm(): Promise<World> {
  const world = new World();
  expect(await world.get()).toEqual({ kind: "ready", revision: 1, staleMs: null, tookMs: 0 });
  world.asked.length = 0;
  world.kvReads = 0;
  return world;
}

describe("a held ruleset", () => {
  it("younger than 500 ms is served without any I/O, however often", async () => {
    const world = await warm();
    world.revision = 2;
    await world.clock.advance(499);
    for (let call = 0; call < 1_000; call += 1) {
      expect(await world.get()).toEqual({ kind: "ready", revision: 1, staleMs: null, tookMs: 0 });
    }
    expect(world.asked).toEqual([]);
    expect(world.kvReads).toBe(0);
  });

  it("younger than a second is served at once and confirmed behind the answers, once for all", async () => {
    const world = await warm();
    world.revision = 2;
    world.authority = { slowMs: 40 };
    await world.clock.advance(500);
    const answers = await world.getMany(100);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['{"kind":"ready","revision":1,"staleMs":null,"tookMs":0}']),
    );
    expect(world.asked).toEqual([1]);
    await world.clock.advance(40);
    expect(await world.get()).toMatchObject({ revision: 2, staleMs: null, tookMs: 0 });
    expect(world.asked).toEqual([1]);
  });

  it("older than a second is confirmed first, once for all who wait", async () => {
    const world = await warm();
    world.revision = 2;
    world.authority = { slowMs: 40 };
    await world.clock.advance(1_000);
    const answers = await world.getMany(100);
    for (const answer of answers) {
      expect(answer).toMatchObject({ kind: "ready", revision: 2, staleMs: null });
      expect(answer.tookMs).toBeLessThanOrEqual(60);
    }
    expect(world.asked).toEqual([1]);
  });

  it("is served marked after 250 ms when the authority hangs, and nobody waits after that", async () => {
    const world = await warm();
    world.authority = "hang";
    await world.clock.advance(60_000);
    expect(await world.get()).toEqual({
      kind: "ready",
      revision: 1,
      staleMs: 60_250,
      tookMs: 250,
    });
    expect(await world.get()).toMatchObject({ staleMs: 60_250, tookMs: 0 });
    expect(world.health).toMatchObject({ stale: 2, rejected: 0 });
    expect(world.health.dependency("authority")).toBe("down");
  });

  it("is served marked at once when the authority fails", async () => {
    const world = await warm();
    world.authority = "error";
    await world.clock.advance(5_000);
    expect(await world.get()).toMatchObject({ revision: 1, staleMs: 5_000, tookMs: 0 });
    expect(world.log.map(({ event }) => event)).toEqual(["authority.failed", "answers.stale"]);
  });

  it("tells the log once in ten seconds how many stale answers there were", async () => {
    const world = await warm();
    world.authority = "error";
    await world.clock.advance(60_000);
    for (let call = 0; call < 25_000; call += 1) {
      await world.get();
      await world.clock.advance(1);
    }
    const told = world.log.filter(({ event }) => event === "answers.stale");
    expect(told.map(({ fields }) => fields)).toEqual([
      { environmentId: ID, revision: 1, staleMs: 60_000, answers: 1 },
      { environmentId: ID, revision: 1, staleMs: 70_000, answers: 10_000 },
      { environmentId: ID, revision: 1, staleMs: 80_000, answers: 10_000 },
    ]);
  });

  it("is asked for at most four times a second while the authority fails", async () => {
    const world = await warm();
    world.authority = "error";
    await world.clock.advance(5_000);
    for (let call = 0; call < 1_000; call += 1) {
      await world.get();
      await world.clock.advance(1);
    }
    expect(world.asked.length).toBe(4);
  });

  it("is fresh again with the second answer after the authority has come back", async () => {
    const world = await warm();
    world.authority = "error";
    await world.clock.advance(5_000);
    await world.get();
    world.authority = { slowMs: 5 };
    world.revision = 7;
    await world.clock.advance(300);
    expect(await world.get()).toMatchObject({ revision: 1, staleMs: 5_300, tookMs: 0 });
    await world.clock.advance(5);
    expect(await world.get()).toMatchObject({ revision: 7, staleMs: null, tookMs: 0 });
  });

  it("takes an answer that missed the deadline when it comes", async () => {
    const world = await warm();
    world.revision = 2;
    world.authority = { slowMs: 600 };
    await world.clock.advance(2_000);
    expect(await world.get()).toMatchObject({ revision: 1, staleMs: 2_250, tookMs: 250 });
    await world.clock.advance(350);
    // It was the newest when it was asked for, 600 ms ago.
    expect(await world.get()).toMatchObject({ revision: 2, staleMs: null, tookMs: 0 });
  });

  it("is confirmed again after a request took its confirmation with it", async () => {
    const world = await warm();
    world.authority = "hang";
    await world.clock.advance(500);
    await world.get();
    world.authority = "ok";
    world.revision = 2;
    await world.clock.advance(1_300);
    await world.get();
    expect(await world.get()).toMatchObject({ revision: 2, staleMs: null });
  });

  it("is confirmed at once for a caller who knows of a change", async () => {
    const world = await warm();
    await world.clock.advance(10);
    world.revision = 2;
    expect(await world.get()).toMatchObject({ revision: 1 });
    expect(await world.get(ID, world.clock.now())).toMatchObject({ revision: 2, tookMs: 0 });
  });

  it("is confirmed at once for a new key, but once in 250 ms for any number of made-up ones", async () => {
    const world = await warm();
    await world.clock.advance(1);
    world.revision = 2;
    expect(await world.cache.getForNewKey(ID, world.io())).toMatchObject({
      ruleset: { revision: 2 },
    });
    await world.clock.advance(1);
    world.revision = 3;
    const madeUp = Array.from({ length: 1_000 }, () => world.cache.getForNewKey(ID, world.io()));
    await world.clock.advance(230);
    expect(world.asked).toEqual([1]);
    await world.clock.advance(60);
    for (const answer of await Promise.all(madeUp)) {
      expect(answer).toMatchObject({ ruleset: { revision: 3 } });
    }
    expect(world.asked.slice(0, 2)).toEqual([1, 2]);
    expect(world.asked.length).toBeLessThanOrEqual(3);
  });

  it("is confirmed first after the clock was set back", async () => {
    const world = await warm();
    world.clock.setBack(3_600_000);
    world.revision = 2;
    expect(await world.get()).toMatchObject({ revision: 2, staleMs: null });
  });

  it("stays when a newer one cannot be used, and that is counted and logged", async () => {
    const world = await warm();
    const broken = { ...snapshotAt(ID, 9), flags: [{ version: 1, document: { key: "flag-0" } }] };
    world.authority = { says: { kind: "snapshot", ...sealed(broken) } };
    await world.clock.advance(1_500);
    expect(await world.get()).toMatchObject({ revision: 1, staleMs: 1_500 });
    expect(world.health.rejected).toBe(2);
    expect(world.log[0]?.event).toBe("ruleset.rejected");
    world.authority = "ok";
    world.revision = 9;
    await world.clock.advance(4_000);
    expect(await world.get()).toMatchObject({ revision: 9, staleMs: null });
  });

  it("goes on to what a relay that has lost touch has, marked, and is fresh when that is over", async () => {
    const world = await warm();
    world.isInTouch = false;
    world.revision = 2;
    await world.clock.advance(1_500);
    const answer = await world.get();
    expect(answer).toMatchObject({ kind: "ready", revision: 2 });
    expect(answer.staleMs).toBeGreaterThan(0);
    expect(world.health.dependency("authority")).toBe("down");
    world.isInTouch = true;
    await world.clock.advance(3_000);
    expect(await world.get()).toMatchObject({ revision: 2, staleMs: null });
  });

  it("stays, marked at once, when the relay has nothing", async () => {
    const world = await warm();
    world.hasNothing = true;
    await world.clock.advance(1_500);
    expect(await world.get()).toEqual({
      kind: "ready",
      revision: 1,
      staleMs: 1_500,
      tookMs: 0,
    });
  });

  it("is replaced by the whole snapshot when a step from it cannot be made", async () => {
    const world = await warm();
    world.revision = 5;
    world.authority = {
      says: { kind: "delta", delta: deltaTo(ID, 3, 5), seal: sealedAt(ID, 5).seal },
    };
    await world.clock.advance(1_500);
    const io = world.io();
    const healing: EdgeIo = {
      ...io,
      freshness: {
        changesSince: (id, since) => {
          if (since === null) world.authority = "ok";
          return io.freshness.changesSince(id, since);
        },
      },
    };
    expect(await world.cache.get(ID, healing)).toMatchObject({
      ruleset: { revision: 5 },
      staleMs: null,
    });
    expect(world.asked).toEqual([1, null]);
    expect(world.health.rejected).toBe(1);
  });

  it.each([
    {
      name: "a lower revision",
      says: { kind: "snapshot", ...sealed({ ...snapshotAt(ID, 1), revision: 0 }) },
    },
    { name: "that another one is current", says: { kind: "current", revision: 4 } },
    { name: "that the environment is gone", says: { kind: "unknown-environment" } },
    {
      name: "another environment's",
      says: { kind: "snapshot", ...sealedAt(environmentId("ffffffff"), 9) },
    },
    { name: "nothing at all", says: { kind: "snapshot", snapshot: null } },
  ])("stays, marked, when the authority answers $name", async ({ says }) => {
    const world = await warm();
    world.authority = { says };
    await world.clock.advance(1_500);
    expect(await world.get()).toMatchObject({ kind: "ready", revision: 1, staleMs: 1_500 });
    expect(world.health.rejected).toBeGreaterThan(0);
  });
});

describe("a cold isolate", () => {
  it("asks both at the same time and takes the authority's word", async () => {
    const world = new World();
    world.revision = 8;
    world.authority = { slowMs: 30 };
    world.kvRevision = 5;
    expect(await world.get()).toEqual({ kind: "ready", revision: 8, staleMs: null, tookMs: 30 });
    expect(world.kvReads).toBe(1);
    expect(world.health.cold).toBe(1);
  });

  it("takes the boot copy when that is the higher one, marked", async () => {
    const world = new World();
    world.revision = 5;
    world.kvRevision = 8;
    world.authority = { slowMs: 30 };
    expect(await world.get()).toMatchObject({ revision: 8, staleMs: expect.any(Number) });
    world.authority = "ok";
    await world.clock.advance(3_000);
    expect(await world.get()).toMatchObject({ revision: 8, staleMs: expect.any(Number) });
  });

  it("waits 250 ms for a hanging authority before it serves the boot copy, marked", async () => {
    const world = new World();
    world.authority = "hang";
    world.kvRevision = 5;
    const answer = await world.get();
    expect(answer).toMatchObject({ kind: "ready", revision: 5, tookMs: 250 });
    // Its age is at most the time since it was accepted.
    expect(answer.staleMs).toBe(60_000 - 5 + 250);
  });

  it("serves the boot copy at once when the authority fails", async () => {
    const world = new World();
    world.authority = "error";
    expect(await world.get()).toMatchObject({ kind: "ready", revision: 1, tookMs: 0 });
  });

  it.each(["error", "hang"] as const)(
    "waits for a slow authority when the boot copy's store has a fault: %s",
    async (kv) => {
      const world = new World();
      world.kv = kv;
      world.authority = { slowMs: 700 };
      expect(await world.get()).toEqual({ kind: "ready", revision: 1, staleMs: null, tookMs: 700 });
    },
  );

  it("asks the authority as soon as ever when the boot copy is no good", async () => {
    const world = new World();
    world.authority = "error";
    world.kv = { says: { revision: 9, snapshot: { ...snapshotAt(ID, 9), flags: [null] } } };
    const io = world.io();
    const late: EdgeIo = {
      ...io,
      snapshots: {
        async read(id) {
          await world.clock.startTimer(50).done;
          return io.snapshots.read(id);
        },
      },
    };
    const first = world.cache.get(ID, late);
    await world.clock.advance(50);
    expect(await first).toEqual({ kind: "unavailable" });
    expect(world.health.rejected).toBe(1);
    world.authority = "ok";
    await world.clock.advance(200);
    expect(await world.get()).toMatchObject({ kind: "ready", revision: 1, staleMs: null });
  });

  it("waits for a slow boot copy when the authority fails", async () => {
    const world = new World();
    world.authority = "error";
    world.kv = { slowMs: 700 };
    expect(await world.get()).toMatchObject({ kind: "ready", revision: 1, tookMs: 700 });
  });

  it.each([
    { name: "both fail", authority: "error", kv: "error", tookMs: 0 },
    { name: "both hang", authority: "hang", kv: "hang", tookMs: 1_000 },
    { name: "one fails and one hangs", authority: "error", kv: "hang", tookMs: 750 },
  ] as const)("has nothing to serve when $name", async ({ authority, kv, tookMs }) => {
    const world = new World();
    world.authority = authority;
    world.kv = kv;
    expect(await world.get()).toEqual({ kind: "unavailable", tookMs });
    expect(world.health.unavailable).toBe(1);
  });

  it("recovers from having nothing", async () => {
    const world = new World();
    world.authority = "error";
    world.kv = "error";
    await world.get();
    world.authority = "ok";
    await world.clock.advance(300);
    expect(await world.get()).toMatchObject({ kind: "ready", revision: 1, staleMs: null });
  });

  it("fetches once for a hundred requests at the same time", async () => {
    const world = new World();
    world.authority = { slowMs: 50 };
    const answers = await world.getMany(100);
    expect(answers.every((answer) => answer.kind === "ready" && answer.staleMs === null)).toBe(
      true,
    );
    expect(world.asked).toEqual([null]);
    expect(world.kvReads).toBe(1);
  });

  it("knows for ten seconds that an environment is unknown, without asking again", async () => {
    const world = new World();
    world.authority = { says: { kind: "unknown-environment" } };
    world.kvRevision = null;
    expect(await world.get()).toEqual({ kind: "unknown", tookMs: 0 });
    world.authority = "ok";
    await world.clock.advance(9_999);
    expect(await world.get()).toEqual({ kind: "unknown", tookMs: 0 });
    expect(world.asked).toEqual([null]);
    await world.clock.advance(1);
    expect(await world.get()).toMatchObject({ kind: "ready", revision: 1 });
  });

  it("goes on with the boot copy when the authority has forgotten the environment", async () => {
    const world = new World();
    world.authority = { says: { kind: "unknown-environment" } };
    world.kv = { slowMs: 20 };
    expect(await world.get()).toMatchObject({ kind: "ready", revision: 1, tookMs: 20 });
  });
});

describe("an isolate's memory", () => {
  it("forgets the least recently used environment", async () => {
    const world = new World({ environments: 3, flags: 1_000, pending: 10 });
    for (const index of [1, 2, 3, 1, 4]) await world.get(idOf(index));
    world.asked.length = 0;
    for (const index of [1, 3, 4]) await world.get(idOf(index));
    expect(world.asked).toEqual([]);
    await world.get(idOf(2));
    expect(world.asked).toEqual([null]);
    expect(world.environments.environmentCount()).toBe(3);
  });

  it("holds no more flags than allowed, but always the environment in use", async () => {
    const world = new World({ environments: 100, flags: 25, pending: 10 });
    world.kvRevision = null;
    for (const index of [1, 2, 3]) {
      world.authority = { says: { kind: "snapshot", ...sealedAt(idOf(index), 1, 10) } };
      await world.get(idOf(index));
    }
    expect(world.environments.flagCount()).toBe(20);
    world.authority = { says: { kind: "snapshot", ...sealedAt(idOf(4), 1, 40) } };
    expect(await world.get(idOf(4))).toMatchObject({ kind: "ready" });
    expect(world.environments.environmentCount()).toBe(1);
  });

  it("loses nothing to keys of environments that do not exist", async () => {
    const world = new World({ environments: 3, flags: 1_000, pending: 10 });
    await world.get(ID);
    world.authority = { says: { kind: "unknown-environment" } };
    world.kvRevision = null;
    for (let index = 0; index < 100; index += 1) await world.get(idOf(index));
    world.asked.length = 0;
    expect(await world.get(ID)).toMatchObject({ kind: "ready" });
    expect(world.asked).toEqual([]);
  });
});
