import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { sweep, type SweepLimits } from "../../../src/app/privacy/sweep.ts";
import worker from "../../../workers/all.ts";
import { chunkOf, exposure } from "../../unit/core/events/chunks.ts";
import { call, done, newPlace, readAll } from "../control/api.ts";
import {
  DAY_MS,
  HOUR_MS,
  keepChunks,
  newWorld,
  nameEverywhere,
  rawObjects,
  servicesAt,
  setAsideChunk,
} from "./a-unit.ts";
import { faultInChain } from "./chain.ts";

const ANY = { "if-match": "*" };

const sweepAt = (nowMs: number, limits?: SweepLimits) => sweep(servicesAt(nowMs), limits);

/** Sweeps until a round over all places has found nothing more. */
async function sweepAllAt(nowMs: number, limits: SweepLimits): Promise<number[]> {
  const rounds: number[] = [];
  for (let idle = 0; idle < 12;) {
    const { events } = await sweepAt(nowMs, limits);
    rounds.push(events);
    idle = events === 0 ? idle + 1 : 0;
  }
  return rounds;
}

const details = async () => {
  const sql = "SELECT count(detail) AS details, count(*) AS entries FROM audit_log";
  return (await env.DB.prepare(sql).first<{ details: number; entries: number }>())!;
};

describe("what is kept too long", () => {
  it("goes: raw events by the hour of receipt and dead letters, a bounded part at a time", async () => {
    const world = await newWorld();
    const { place, environmentId } = world;
    const nowMs = Date.now();
    await keepChunks(world, 7, nowMs - 31 * DAY_MS);
    const young = await keepChunks(world, 2, nowMs - 29 * DAY_MS);
    const forGood = await newWorld();
    await keepChunks(forGood, 1, nowMs - 900 * DAY_MS);
    const letter = () => setAsideChunk(chunkOf([exposure()], { environment: environmentId }));
    await Promise.all([letter(), letter(), letter()]);
    await done("privacy-settings.patch", {
      params: place,
      headers: ANY,
      body: { rawEventDays: 30, deadLetterDays: 5 },
    });

    const limits = { places: 1, deletions: 3, requests: 0 };
    const rounds = await sweepAllAt(nowMs, limits);
    expect(Math.max(...rounds)).toBe(3);
    expect(rounds.reduce((sum, count) => sum + count, 0)).toBe(7);
    const left = await rawObjects(environmentId);
    const names = left.map(({ key }) => key.split("/").at(-1));
    expect(new Set(names)).toEqual(new Set(young.map(({ id }) => `${id}.ndjson.gz`)));
    expect(await rawObjects(forGood.environmentId)).toHaveLength(1);

    await sweepAllAt(nowMs + 6 * DAY_MS, limits);
    const { results } = await env.DB.prepare("SELECT id FROM dead_letters WHERE environment_id = ?")
      .bind(environmentId)
      .all();
    expect(results).toEqual([]);
    expect((await env.RAW_EVENTS.list({ prefix: "dead/" })).objects).toEqual([]);
  });

  it("goes: answers to repeatable requests after a day, used or not", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const { project } = await newPlace();
    const params = { project };
    await done("environments.create", { params, headers, body: { key: "dev" } });
    const kept = () =>
      env.DB.prepare("SELECT key FROM idempotency_keys WHERE key = ?")
        .bind(headers["idempotency-key"])
        .first();
    await sweepAt(Date.now() + 23 * HOUR_MS);
    expect(await kept()).not.toBeNull();
    expect((await sweepAt(Date.now() + 25 * HOUR_MS)).answers).toBeGreaterThanOrEqual(1);
    expect(await kept()).toBeNull();
  });

  it("goes: details of the audit log, whose chain verifies all the same", async () => {
    await done("compliance.patch", { headers: ANY, body: { auditDetailDays: 100 } });
    const before = await details();
    expect((await sweepAt(Date.now() + 99 * DAY_MS)).auditDetails).toBe(0);
    expect((await sweepAt(Date.now() + 101 * DAY_MS)).auditDetails).toBe(before.details);
    const after = await details();
    expect(after.details).toBe(0);
    expect(after.entries).toBeGreaterThanOrEqual(before.entries);
    expect(await faultInChain()).toBeNull();
    await done("compliance.patch", { headers: ANY, body: { auditDetailDays: null } });
  });

  it("goes by the clock of the platform, which calls the Worker itself", async () => {
    const world = await newWorld();
    await keepChunks(world, 2, Date.now() - 3 * DAY_MS);
    const body = { rawEventDays: 2 };
    await done("privacy-settings.patch", { params: world.place, headers: ANY, body });
    // Other tests have swept at moments to come.
    await env.DB.prepare("DELETE FROM retention_progress").run();
    const controller = createScheduledController({
      scheduledTime: new Date(),
      cron: "*/5 * * * *",
    });
    await worker.scheduled(controller, env);
    expect(await rawObjects(world.environmentId)).toEqual([]);
  });

  it("is swept by one caller in each period", async () => {
    const { keptRows } = servicesAt(Date.now());
    const nowMs = Date.now() + 1_000 * DAY_MS;
    const claims = await Promise.all([1, 2, 3].map(() => keptRows.claimSweep(nowMs, 60_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await keptRows.claimSweep(nowMs + 59_999, 60_000)).toBe(false);
    expect(await keptRows.claimSweep(nowMs + 60_000, 60_000)).toBe(true);
  });
});

describe("an export", () => {
  it("hands out everything of the unit and nothing of others, part by part, for seven days", async () => {
    const world = await newWorld();
    const { unit, name, place, environmentId } = world;
    await nameEverywhere(place, unit);
    await keepChunks(world, 25);
    await setAsideChunk(
      chunkOf([exposure({ targetingKey: unit })], { environment: environmentId }),
    );
    const services = servicesAt(Date.now(), {});
    const { body: created } = await done("privacy-requests.create", {
      body: { kind: "export", unit, environments: [name], reason: "Art. 15." },
    });
    const params = { request: created.id };
    if (created.state !== "done") {
      const early = await call("privacy-requests.export", { params });
      expect(early.body.code).toBe("privacy-request.no-export");
    }
    let request = created;
    for (let runs = 0; request.state !== "done" && runs < 20; runs += 1) {
      request = (await done("privacy-requests.run", { params })).body;
    }
    expect(request.state).toBe("done");
    expect(request.places.done).toBe(request.places.all);
    const items: any[] = [];
    const parts: number[] = [];
    for (let query = {}; ;) {
      const { body } = await done("privacy-requests.export", { params, query });
      items.push(...body.items);
      parts.push(body.items.length);
      if (body.next === null) break;
      query = { cursor: body.next };
    }
    expect(parts.length).toBeGreaterThan(3);
    const of = (kind: string) => items.filter(({ place: each }) => each === kind);
    expect(of("raw-events")).toHaveLength(25);
    expect(of("raw-events").every(({ data }) => data.targetingKey === unit)).toBe(true);
    expect(of("dead-letters")).toHaveLength(1);
    expect(of("flags")[0].data.places).toEqual(
      expect.arrayContaining(["/targets/0", "/rules/0", "/overrides/0"]),
    );
    expect(of("segments")).toMatchObject([{ of: "segment beta", environment: name }]);
    expect(of("history").length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(items)).not.toContain("bob");
    // Nothing was changed by it.
    expect((await rawObjects(environmentId)).flatMap(({ events }) => events)).toHaveLength(75);

    const listed = await readAll("privacy-requests.list", {}, 1);
    expect(listed.map(({ id }) => id)).toContain(created.id);
    expect(JSON.stringify(listed)).not.toContain(unit);

    await sweepAt(Date.now() + 6 * DAY_MS);
    await done("privacy-requests.export", { params });
    expect((await sweepAt(Date.now() + 8 * DAY_MS)).exports).toBeGreaterThanOrEqual(1);
    const late = await call("privacy-requests.export", { params });
    expect(late.body.code).toBe("privacy-request.no-export");
    const { objects } = await env.RAW_EVENTS.list({ prefix: `privacy/default/${created.id}/` });
    expect(objects).toEqual([]);
    const row = await services.privacyRequests.find("default", created.id);
    expect(row?.unit).toBeNull();
  });

  it("goes on by the sweep when its runner is gone", async () => {
    const world = await newWorld();
    await keepChunks(world, 3);
    const { body: created } = await done("privacy-requests.create", {
      body: { kind: "erasure", unit: world.unit, environments: [world.name], reason: "Art. 17." },
    });
    expect(created.state).not.toBe("done");
    for (let rounds = 0; rounds < 10; rounds += 1) await sweepAt(Date.now() + 3 * HOUR_MS);
    const { body } = await done("privacy-requests.get", { params: { request: created.id } });
    expect(body).toMatchObject({ state: "done" });
    expect(body.report.find(({ place }: any) => place === "raw-events").erased).toBe(3);
  });
});
