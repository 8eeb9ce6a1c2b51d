import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { PrivacyRequest } from "../../../src/app/privacy/privacy-request.ts";
import { chunkOf, exposure } from "../../unit/core/events/chunks.ts";
import { call, done } from "../control/api.ts";
import {
  DAY_MS,
  HOUR_MS,
  keepChunks,
  newWorld,
  placeOf,
  rawObjects,
  runAt,
  servicesAt,
  setAsideChunk,
  type World,
} from "./a-unit.ts";

const partsOf = async (id: string) =>
  (await env.RAW_EVENTS.list({ prefix: `privacy/default/${id}/` })).objects;

const ask = async ({ unit, name }: World, kind: "export" | "erasure", more: object = {}) => {
  const body = { kind, unit, environments: [name], reason: "Art. 15 and 17.", ...more };
  const { body: created } = await done("privacy-requests.create", { body });
  return created;
};

it("erases letters that came late, letters that were sent again, and exports of the unit", async () => {
  const world = await newWorld();
  const { environmentId, unit } = world;
  await keepChunks(world, 2);
  const exported = await runAt((await ask(world, "export")).id, Date.now());
  expect(exported.state).toBe("done");
  expect(await partsOf(exported.id)).not.toEqual([]);
  const stuck = await ask(world, "export");
  await env.DB.prepare(
    "UPDATE privacy_requests SET state = 'running', finished_at_ms = NULL WHERE id = ?",
  )
    .bind(stuck.id)
    .run();
  const ofAnother = await ask(world, "export", { unit: "bob" });
  const partsOfAnother = await partsOf(ofAnother.id);
  expect(partsOfAnother).not.toEqual([]);

  const erasure = await runAt((await ask(world, "erasure")).id, Date.now());
  expect(erasure.state).toBe("settling");
  expect(placeOf(erasure, "exports")).toMatchObject({ found: 2, erased: 2 });
  for (const { id } of [exported, stuck]) {
    expect(await partsOf(id)).toEqual([]);
    const refused = await call("privacy-requests.export", { params: { request: id } });
    expect(refused.body.code).toBe("privacy-request.no-export");
    expect(await runAt(id, Date.now())).toMatchObject({ state: "done" });
    // A runner that was in the middle of a step.
    await servicesAt(Date.now()).exportParts.put(
      { id, organisationId: "default" } as PrivacyRequest,
      99,
      [],
    );
  }
  const later = await ask(world, "export");

  await setAsideChunk(chunkOf([exposure({ targetingKey: unit })], { environment: environmentId }));
  // A letter that was redelivered meanwhile bears the hour in which it was first received.
  await keepChunks(world, 1, Date.now() - 29 * DAY_MS);
  const last = await runAt(erasure.id, Date.now() + 3 * HOUR_MS);
  expect(last.state).toBe("done");
  expect(placeOf(last, "late-dead-letters")).toMatchObject({ found: 1, erased: 1 });
  expect(placeOf(last, "late-events")).toMatchObject({ found: 1, erased: 1 });
  expect(placeOf(last, "late-exports")).toMatchObject({ looked: 3, found: 1, erased: 1 });

  expect(JSON.stringify(await rawObjects(environmentId))).not.toContain(unit);
  const { results } = await env.DB.prepare("SELECT id FROM dead_letters WHERE environment_id = ?")
    .bind(environmentId)
    .all();
  expect(results).toEqual([]);
  for (const { id } of [exported, stuck, later]) expect(await partsOf(id)).toEqual([]);
  const { results: rows } = await env.DB.prepare("SELECT id FROM privacy_requests WHERE unit = ?")
    .bind(unit)
    .all();
  expect(rows).toEqual([]);
  expect(await partsOf(ofAnother.id)).toHaveLength(partsOfAnother.length);
});
