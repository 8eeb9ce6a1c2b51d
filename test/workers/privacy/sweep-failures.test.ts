import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { sweep } from "../../../src/app/privacy/sweep.ts";
import { chunkOf, exposure } from "../../unit/core/events/chunks.ts";
import { done } from "../control/api.ts";
import {
  DAY_MS,
  HOUR_MS,
  keepChunks,
  newWorld,
  rawObjects,
  servicesAt,
  setAsideChunk,
  type World,
} from "./a-unit.ts";

const LIMITS = { places: 500, deletions: 500, requests: 1 };
const NOT_DONE =
  "UPDATE privacy_requests SET state = 'running', place = ?, place_after = NULL, report = '[]', " +
  "lease_until_ms = 0, finished_at_ms = NULL, updated_at_ms = ?, created_at_ms = ? WHERE id = ?";

/** The place of that index: whoever begins there fails in the very first step. */
const RAW_EVENTS = 4;

const outOfOrder = () => Promise.reject(new Error("it is out of order"));

/** An export that was begun at a moment and not gone on with since. */
async function begun({ unit, name }: World, atMs: number, place = 0): Promise<string> {
  const body = { kind: "export", unit, environments: [name], reason: "Art. 15." };
  const { body: created } = await done("privacy-requests.create", { body });
  await env.DB.prepare(NOT_DONE).bind(place, atMs, atMs, created.id).run();
  return created.id;
}

it("goes on with others when a request or a place fails, and says what failed", async () => {
  const [broken, sound] = [await newWorld(), await newWorld()];
  const nowMs = Date.now();
  for (const world of [broken, sound]) {
    await keepChunks(world, 1, nowMs - 9 * DAY_MS);
    await done("privacy-settings.patch", {
      params: world.place,
      headers: { "if-match": "*" },
      body: { rawEventDays: 5 },
    });
  }
  const bad = await begun(broken, nowMs - 2 * HOUR_MS, RAW_EVENTS);
  const good = await begun(sound, nowMs - HOUR_MS);
  const at = (ms: number) => {
    const services = servicesAt(ms);
    const { rawEvents } = services;
    const list: typeof rawEvents.list = async (environmentId, after, limit) => {
      if (String(environmentId) === broken.environmentId) return outOfOrder();
      return rawEvents.list(environmentId, after, limit);
    };
    return { ...services, rawEvents: { ...rawEvents, list } };
  };
  const first = await sweep(at(nowMs), LIMITS);
  expect(first.failed).toEqual([
    { what: `raw events of ${broken.environmentId}`, error: "Error: it is out of order" },
    { what: `request ${bad}`, error: "Error: it is out of order" },
  ]);
  expect(first.events).toBe(1);
  expect(await rawObjects(sound.environmentId)).toEqual([]);
  // Its lease has run out, and still it stands behind the other.
  const second = await sweep(at(nowMs + 120_000), LIMITS);
  expect(second.requests).toBe(1);
  const { privacyRequests } = servicesAt(nowMs);
  expect(await privacyRequests.find("default", good)).toMatchObject({ state: "done" });
  expect(await privacyRequests.find("default", bad)).toMatchObject({ state: "running" });
});

it("deletes a few letters at a time", async () => {
  const { environmentId, place } = await newWorld();
  const chunk = () => chunkOf([exposure()], { environment: environmentId });
  await Promise.all(Array.from({ length: 30 }, () => setAsideChunk(chunk())));
  await done("privacy-settings.patch", {
    params: place,
    headers: { "if-match": "*" },
    body: { deadLetterDays: 5 },
  });
  const services = servicesAt(Date.now() + 6 * DAY_MS);
  const { deadLetterScan } = services;
  let [underWay, most, removed] = [0, 0, 0];
  const remove = async (id: string) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await deadLetterScan.remove(id);
    underWay -= 1;
    removed += 1;
  };
  await sweep(
    { ...services, deadLetterScan: { ...deadLetterScan, remove } },
    { ...LIMITS, requests: 0 },
  );
  expect(removed).toBe(30);
  expect(most).toBeLessThanOrEqual(20);
});

it("deletes what an export has come to that never finishes", async () => {
  const world = await newWorld();
  const madeAtMs = Date.now();
  const id = await begun(world, madeAtMs);
  const services = servicesAt(madeAtMs);
  const request = await services.privacyRequests.find("default", id);
  await services.exportParts.put(request!, 1, []);
  const sweepAt = (nowMs: number) =>
    sweep({ ...servicesAt(nowMs), ...dead }, { ...LIMITS, requests: 50 });
  // Nobody ever gets to its end.
  const dead = { rawEvents: { ...services.rawEvents, list: outOfOrder } };
  await sweepAt(madeAtMs + 29 * DAY_MS);
  const parts = async () =>
    (await env.RAW_EVENTS.list({ prefix: `privacy/default/${id}/` })).objects;
  expect(await parts()).not.toEqual([]);
  await sweepAt(madeAtMs + 31 * DAY_MS);
  expect(await parts()).toEqual([]);
  expect(await services.privacyRequests.find("default", id)).toMatchObject({
    state: "done",
    unit: null,
    finishedAtMs: null,
  });
});
