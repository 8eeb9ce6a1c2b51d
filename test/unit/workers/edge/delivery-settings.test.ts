import { expect, it } from "vitest";
import {
  DELIVERY_DEFAULTS,
  type DeliverySettings,
} from "../../../../src/core/documents/settings.ts";
import { HomeRegion } from "../../../../workers/edge/home-region.ts";
import { ID, sealed, snapshotAt, World } from "./world.ts";

/** A world whose ruleset, confirmed at this very moment, says how it is delivered. */
async function warm(settings: Partial<DeliverySettings>): Promise<World> {
  const world = new World();
  // The boot copy of the same revision would be kept.
  world.kvRevision = null;
  const document = { key: "delivery" as const, ...DELIVERY_DEFAULTS, ...settings };
  const snapshot = { ...snapshotAt(ID, 1), settings: [{ version: 1, document }] };
  world.authority = { says: { kind: "snapshot", ...sealed(snapshot) } };
  expect(await world.get()).toMatchObject({ kind: "ready", revision: 1, staleMs: null });
  world.asked.length = 0;
  world.authority = "ok";
  return world;
}

it("a ruleset is as fresh as it says itself: fresh, in grace, and marked after that", async () => {
  const world = await warm({ freshForMs: 2_000, graceMs: 5_000 });
  await world.clock.advance(1_999);
  await world.get();
  expect(world.asked).toEqual([]);
  world.authority = "hang";
  await world.clock.advance(1);
  expect(await world.get()).toMatchObject({ staleMs: null, tookMs: 0 });
  expect(world.asked).toEqual([1]);
  await world.clock.advance(2_999);
  expect(await world.get()).toMatchObject({ staleMs: null, tookMs: 0 });
  await world.clock.advance(1);
  expect((await world.get()).staleMs).toBeGreaterThanOrEqual(5_000);
});

it("a shorter grace than the usual one marks sooner", async () => {
  const world = await warm({ freshForMs: 100, graceMs: 200, confirmDeadlineMs: 50 });
  world.authority = "error";
  await world.clock.advance(199);
  expect((await world.get()).staleMs).toBeNull();
  await world.clock.advance(1);
  expect((await world.get()).staleMs).toBeGreaterThanOrEqual(200);
});

it("an answer waits for a confirmation as long as the ruleset says, and gets it", async () => {
  const world = await warm({ graceMs: 3_000, confirmDeadlineMs: 2_000 });
  world.authority = { slowMs: 1_500 };
  await world.clock.advance(3_000);
  expect(await world.get()).toMatchObject({ staleMs: null, tookMs: 1_500 });
  const hasty = await warm({ confirmDeadlineMs: 50 });
  hasty.authority = "hang";
  await hasty.clock.advance(1_000);
  const answer = await hasty.get();
  expect(answer.staleMs).toBeGreaterThan(1_000);
  expect(answer.tookMs).toBe(50);
});

it("an isolate asks one relay, that of a number which it draws once, of as many as there are", () => {
  const drawn = new Set<number>();
  for (let isolate = 0; isolate < 200; isolate += 1) {
    const home = new HomeRegion();
    const shard = home.shard(4);
    drawn.add(shard);
    for (let again = 0; again < 5; again += 1) expect(home.shard(4)).toBe(shard);
    expect(home.shard(undefined)).toBe(0);
  }
  expect([...drawn].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
});
