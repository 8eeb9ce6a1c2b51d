import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createR2RawChunkStore } from "../../../src/adapters/r2/raw-chunk-store.ts";
import type { PrivacyRequest } from "../../../src/app/privacy/privacy-request.ts";
import { chunkOf, exposure, metric } from "../../unit/core/events/chunks.ts";
import { call, done } from "../control/api.ts";
import {
  HOUR_MS,
  keepChunks,
  nameEverywhere,
  newWorld,
  placeOf,
  rawObjects,
  runAt,
  servicesAt,
  setAsideChunk,
} from "./a-unit.ts";
import { faultInChain } from "./chain.ts";

const rowOf = (id: string) =>
  env.DB.prepare("SELECT * FROM privacy_requests WHERE id = ?").bind(id).first();

describe("an erasure", () => {
  it("takes a unit out of every place, says what stays and why, and forgets the unit", async () => {
    const world = await newWorld();
    const { unit, name, environmentId, place } = world;
    const flag = await nameEverywhere(place, unit);
    await keepChunks(world, 23);
    await setAsideChunk(
      chunkOf([exposure({ targetingKey: unit }), metric({ targetingKey: "bob" })], {
        environment: environmentId,
      }),
    );
    await setAsideChunk(
      chunkOf([exposure({ targetingKey: unit })], { environment: environmentId }),
    );
    await setAsideChunk({ environmentId, broken: unit });
    await done("environments.patch", {
      params: place,
      headers: { "if-match": "*" },
      body: { tags: { owner: unit } },
    });

    const key = crypto.randomUUID();
    const asked = {
      headers: { "idempotency-key": key },
      body: { kind: "erasure", unit, environments: [name], reason: `Asked for by ${unit}.` },
    };
    const { body: created } = await done("privacy-requests.create", asked);
    expect(JSON.stringify(created)).not.toContain(unit);
    expect(created).toMatchObject({ unit: "p***@example.com", environments: [name] });
    const { body: again } = await done("privacy-requests.create", asked);
    expect(again.id).toBe(created.id);

    const settling = await runAt(created.id, Date.now());
    expect(settling.state).toBe("settling");
    expect(placeOf(settling, "raw-events")).toMatchObject({ looked: 23, found: 23, erased: 23 });
    expect(placeOf(settling, "flags")).toMatchObject({ looked: 1, found: 1 });
    expect(placeOf(settling, "flags").kept).toEqual([
      { what: "flag new-nav, /rules/1", why: expect.stringContaining("a person must look") },
    ]);
    expect(placeOf(settling, "segments")).toMatchObject({
      looked: 1,
      found: 1,
      erased: 1,
      kept: [],
    });
    expect(placeOf(settling, "dead-letters")).toMatchObject({ looked: 3, found: 3, erased: 3 });
    expect(placeOf(settling, "audit-log").erased).toBeGreaterThanOrEqual(1);
    expect(placeOf(settling, "history").keptCount).toBeGreaterThanOrEqual(3);
    expect(placeOf(settling, "repeatable-answers").kept).toHaveLength(1);

    // Something that waited in the queue all the while.
    await keepChunks(world, 1, Date.now() - HOUR_MS);
    expect((await runAt(created.id, Date.now() + HOUR_MS)).state).toBe("settling");
    const last = await runAt(created.id, Date.now() + 3 * HOUR_MS);
    expect(last).toMatchObject({ state: "done", unit: null });
    expect(placeOf(last, "late-events")).toMatchObject({ found: 1, erased: 1 });

    const objects = await rawObjects(environmentId);
    expect(objects).toHaveLength(24);
    for (const { events, customMetadata } of objects) {
      expect(events.map(({ targetingKey }) => targetingKey)).toEqual(["bob", undefined]);
      expect(customMetadata).toMatchObject({ events: "2" });
    }
    const { results: letters } = await env.DB.prepare(
      "SELECT id FROM dead_letters WHERE environment_id = ?",
    )
      .bind(environmentId)
      .all<{ id: string }>();
    expect(letters).toHaveLength(1);
    const letter = await env.RAW_EVENTS.get(`dead/${letters[0]!.id}.json`);
    const left = await letter!.text();
    expect(left).not.toContain(unit);
    expect(JSON.parse(left).events).toHaveLength(1);

    const { body: segment } = await done("segments.get", {
      params: { ...place, segment: "beta" },
    });
    expect(segment.segment).toMatchObject({ included: ["bob"], rules: [] });
    const { body: changed } = await done("flags.get", { params: flag });
    expect(JSON.stringify(changed.flag.targets)).not.toContain(unit);
    expect(changed.flag.rules.map(({ id }: any) => id)).toEqual(["shared", "not"]);
    expect(changed.flag.overrides).toEqual([]);

    expect(await faultInChain()).toBeNull();
    const row = JSON.stringify(await rowOf(created.id));
    expect(row).not.toContain(unit);
    const { results: answers } = await env.DB.prepare("SELECT * FROM idempotency_keys").all();
    expect(JSON.stringify(answers)).not.toContain(unit);
  });

  it("is done again from where it stopped when it dies after any step, and counts each event once", async () => {
    const world = await newWorld();
    await keepChunks(world, 25);
    const body = {
      kind: "erasure",
      unit: world.unit,
      environments: [world.name],
      reason: "Art. 17.",
    };
    // Nothing is done before the answer, so that each step can be made to die.
    const services = servicesAt(Date.now());
    const { body: created } = await done("privacy-requests.create", {
      body: { ...body, unit: "nobody-at-all" },
    });
    await env.DB.prepare(
      "UPDATE privacy_requests SET unit = ?, state = 'running', place = 0, place_after = NULL, report = '[]', lease_until_ms = 0 WHERE id = ?",
    )
      .bind(world.unit, created.id)
      .run();

    let nowMs = Date.now();
    let request: PrivacyRequest | undefined;
    for (let deaths = 0; deaths < 60; deaths += 1) {
      let survived = 0;
      const { privacyRequests } = services;
      const dying = {
        ...privacyRequests,
        // The work of the second step is done, and never written down.
        advance: (before: PrivacyRequest, after: PrivacyRequest) => {
          survived += 1;
          if (survived > 1) throw new Error("the isolate is gone");
          return privacyRequests.advance(before, after);
        },
      };
      request = await runAt(created.id, nowMs, { privacyRequests: dying }).catch(() => undefined);
      if (request?.state === "settling") break;
      // The lease of the dead runner must run out first.
      nowMs += 61_000;
    }
    expect(request?.state).toBe("settling");
    expect(placeOf(request!, "raw-events")).toMatchObject({ looked: 25, found: 25, erased: 25 });
    const objects = await rawObjects(world.environmentId);
    expect(objects.flatMap(({ events }) => events)).toHaveLength(50);
  });

  it("leaves a chunk's place taken, so that a late delivery does not bring its events back", async () => {
    const world = await newWorld();
    const chunk = chunkOf([exposure({ targetingKey: world.unit })], {
      environment: world.environmentId,
      receivedAtMs: Date.now() - 24 * HOUR_MS,
    });
    const store = createR2RawChunkStore(env.RAW_EVENTS);
    await store.keep(chunk);
    const { body: created } = await done("privacy-requests.create", {
      body: { kind: "erasure", unit: world.unit, environments: [world.name], reason: "Art. 17." },
    });
    await runAt(created.id, Date.now());
    await store.keep(chunk);
    expect(await rawObjects(world.environmentId)).toMatchObject([
      { events: [], customMetadata: { events: "0" } },
    ]);
  });

  it("is one runner's at a time: of two at once the second does nothing", async () => {
    const world = await newWorld();
    await keepChunks(world, 12);
    const { body: created } = await done("privacy-requests.create", {
      body: { kind: "export", unit: "nobody-here", environments: [world.name], reason: "Art. 15." },
    });
    await env.DB.prepare(
      "UPDATE privacy_requests SET state = 'running', place = 0, report = '[]', finished_at_ms = NULL WHERE id = ?",
    )
      .bind(created.id)
      .run();
    const runs = await Promise.all([1, 2, 3].map(() => runAt(created.id, Date.now())));
    const states = runs.map(({ state }) => state).toSorted();
    expect(states).toEqual(["done", "running", "running"]);
    const { results } = await env.DB.prepare(
      "SELECT sequence FROM audit_log WHERE target_id = ? AND action = 'privacy-request.finish'",
    )
      .bind(created.id)
      .all();
    expect(results).toHaveLength(2);
  });
});

describe("requests that are refused", () => {
  it("name environments that are not there, and requests of others are not found", async () => {
    const got = await call("privacy-requests.create", {
      body: { kind: "export", unit: "ada", environments: ["no/where"], reason: "Art. 15." },
    });
    expect(got).toMatchObject({ status: 404, body: { code: "environment.not-found" } });
    expect(got.body.detail).toContain('"no/where"');
    const unknown = await call("privacy-requests.get", { params: { request: "0123456789abcdef" } });
    expect(unknown.body.code).toBe("privacy-request.not-found");
    const world = await newWorld();
    const { body: mine } = await done("privacy-requests.create", {
      body: { kind: "export", unit: "ada", environments: [world.name], reason: "Art. 15." },
    });
    const services = servicesAt(Date.now());
    expect(await services.privacyRequests.find("another", mine.id)).toBeUndefined();
    expect(
      (await services.privacyRequests.list("another", { limit: 10, cursor: null })).items,
    ).toEqual([]);
  });
});
