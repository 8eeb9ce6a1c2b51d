import { describe, expect, it } from "vitest";
import type { Command } from "../../../src/core/authority/command.ts";
import { flag } from "../../unit/workers/edge/flags.ts";
import { type Called, FLAGS, Isolate, Tenant } from "./an-edge.ts";

/** Of a clock that stands still, so that a second does not end between two requests. */
const NOW_MS = Date.now();

const limitTo = (requestsPerSecond: number | null): Command => ({
  kind: "settings.patch",
  expectedVersion: "any",
  patch: { requestsPerSecond },
});

async function limited(requestsPerSecond: number): Promise<Tenant> {
  const tenant = await Tenant.with(flag("a", { clientVisible: true }));
  await tenant.environment.do(limitTo(requestsPerSecond));
  return tenant;
}

const statusesOf = (calls: readonly Called[]) => calls.map(({ status }) => status);

describe("an environment's limit of requests", () => {
  it("is for each key, whether it asks for one flag or for all, and anew in the next second", async () => {
    const tenant = await limited(2);
    const edge = new Isolate(NOW_MS);
    const { server: key } = tenant;
    const calls = [
      await edge.flag(tenant, "a"),
      await edge.bulk(key),
      await edge.flag(tenant, "a"),
      await edge.bulk(key),
      await edge.bulk(tenant.client),
    ];
    expect(statusesOf(calls)).toEqual([200, 200, 429, 429, 200]);
    edge.later(1_000);
    expect((await edge.bulk(key)).status).toBe(200);
  });

  it("is refused with JSON that says what to do, when, and which limit, also to browsers", async () => {
    const tenant = await limited(1);
    const edge = new Isolate(NOW_MS);
    const headers = { origin: "https://app.example" };
    await edge.bulk(tenant.client, {}, headers);
    const single = await edge.call(`${FLAGS}/a`, { key: tenant.client, headers });
    const bulk = await edge.bulk(tenant.client, {}, headers);
    for (const refused of [single, bulk]) {
      expect(refused.status).toBe(429);
      expect(refused.headers.get("retry-after")).toBe("1");
      expect(refused.headers.get("content-type")).toMatch(/^application\/json/);
      expect(refused.headers.get("access-control-allow-origin")).not.toBeNull();
      expect(refused.headers.get("access-control-expose-headers")).toMatch(/retry-after/i);
      expect(refused.json).toMatchObject({
        errorCode: "GENERAL",
        errorDetails: expect.stringMatching(/^More than 1 .*"requestsPerSecond".*delivery/),
      });
    }
    expect(single.json.key).toBe("a");
    expect(bulk.json).not.toHaveProperty("key");
    const health = await edge.call("/healthz", { method: "GET" });
    expect(health.json.counters).toMatchObject({ limited: 2, evaluations: 1 });
  });

  it("is nothing to requests without a good key, nor to events and preflights", async () => {
    const tenant = await limited(1);
    const edge = new Isolate(NOW_MS);
    const { server: key } = tenant;
    await edge.bulk(key);
    expect((await edge.call(FLAGS, { key: `${key}x` })).status).toBe(401);
    expect((await edge.call(FLAGS, { method: "OPTIONS" })).status).toBe(204);
    const events = await edge.call("/sdk/v1/events", { key, body: { events: [] } });
    expect(events.status).not.toBe(429);
    expect((await edge.bulk(key)).status).toBe(429);
  });

  it("ends where it is taken away, and there is none by default", async () => {
    const tenant = await Tenant.with(flag("a"));
    const edge = new Isolate(NOW_MS);
    const askAll = async () => {
      const calls = [];
      for (let n = 0; n < 20; n += 1) calls.push(await edge.bulk(tenant.server));
      return new Set(statusesOf(calls));
    };
    expect(await askAll()).toEqual(new Set([200]));
    await tenant.environment.do(limitTo(1));
    edge.later(10_000);
    expect(await askAll()).toEqual(new Set([200, 429]));
    await tenant.environment.do(limitTo(null));
    edge.later(10_000);
    expect(await askAll()).toEqual(new Set([200]));
  });
});
