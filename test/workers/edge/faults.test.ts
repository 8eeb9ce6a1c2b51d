import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { AuthorityApi } from "../../../src/core/authority/authority-api.ts";
import type { EdgeEnv } from "../../../workers/edge/edge-env.ts";
import { flag } from "../../unit/workers/edge/flags.ts";
import { FLAGS, Isolate, newKey, Tenant } from "./an-edge.ts";

type Fault = "works" | "error" | "hang" | "slow" | "null";
const FAULTS = ["error", "hang", "slow", "null"] as const;
/** Longer than any deadline of the edge. */
const SLOW_MS = 3_000;

async function through<T>(fault: Fault, call: () => Promise<T>): Promise<T> {
  if (fault === "error") throw new Error("Network connection lost.");
  if (fault === "hang") return new Promise<never>(() => {});
  if (fault === "null") return null as never;
  if (fault === "slow") await scheduler.wait(SLOW_MS);
  return call();
}

/** The real bindings with a fault between them and the edge. */
function faulty(authority: Fault, kv: Fault): EdgeEnv {
  return {
    ENVIRONMENTS: {
      getByName: (id) => ({
        changesSince: (...since: Parameters<AuthorityApi["changesSince"]>) =>
          through(authority, () =>
            (env.ENVIRONMENTS.getByName(id) as unknown as AuthorityApi).changesSince(...since),
          ),
      }),
    },
    CONFIG: new Proxy(env.CONFIG, {
      get: (store, name) =>
        name === "getWithMetadata"
          ? (...parameters: [string, KVNamespaceGetOptions<"text">]) =>
              through(kv, async () =>
                kv === "null"
                  ? { value: null, metadata: null, cacheStatus: null }
                  : store.getWithMetadata(...parameters),
              )
          : Reflect.get(store, name),
    }),
  };
}

/** A tenant whose newest revision is in KV. */
async function published(): Promise<Tenant> {
  const tenant = await Tenant.with(flag("a", { clientVisible: true }));
  await runDurableObjectAlarm(tenant.environment.stub);
  expect(await env.CONFIG.get(`env:${tenant.id}:snapshot`)).not.toBeNull();
  return tenant;
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const began = Date.now();
  const done = await work();
  return [done, Date.now() - began];
}

let tenant: Tenant;
beforeAll(async () => {
  tenant = await published();
});

describe("while something is down", () => {
  const pairs = FAULTS.flatMap((authority) => FAULTS.map((kv) => ({ authority, kv })));

  it.concurrent.each(pairs)(
    "a warm isolate evaluates from what it holds, marked (authority: $authority, KV: $kv)",
    async ({ authority, kv }) => {
      const isolate = new Isolate();
      expect((await isolate.flag(tenant, "a")).headers.has("x-switchyard-stale")).toBe(false);
      isolate.env = faulty(authority, kv);
      isolate.later(60_000);
      const [called, tookMs] = await timed(() => isolate.flag(tenant, "a"));
      expect(called).toMatchObject({ status: 200, json: { value: true, variant: "on" } });
      expect(Number(called.headers.get("x-switchyard-stale"))).toBeGreaterThanOrEqual(60_000);
      expect(tookMs).toBeLessThan(900);
      expect(isolate.lines).toContainEqual(
        expect.objectContaining({ event: "answer.stale", environmentId: tenant.id }),
      );
      const health = await isolate.call("/healthz", { method: "GET" });
      expect(health.json.counters.stale).toBe(1);
      expect(health.status).toBe(200);
    },
  );

  it.concurrent.each(FAULTS)(
    "a cold isolate evaluates from the boot copy, marked (authority: %s)",
    async (authority) => {
      const isolate = new Isolate();
      isolate.env = faulty(authority, "works");
      const [called, tookMs] = await timed(() => isolate.flag(tenant, "a"));
      expect(called).toMatchObject({ status: 200, json: { value: true } });
      expect(Number(called.headers.get("x-switchyard-stale"))).toBeGreaterThan(0);
      expect(tookMs).toBeLessThan(900);
    },
  );

  it.concurrent.each(FAULTS)(
    "a cold isolate evaluates with the authority's word, unmarked (KV: %s)",
    async (kv) => {
      const isolate = new Isolate();
      isolate.env = faulty("works", kv);
      const called = await isolate.flag(tenant, "a");
      expect(called).toMatchObject({ status: 200, json: { value: true } });
      expect(called.headers.has("x-switchyard-stale")).toBe(false);
    },
  );

  it.concurrent.each([
    ["error", "error"],
    ["hang", "null"],
    ["hang", "hang"],
    ["error", "slow"],
  ] as const)(
    "a cold isolate with nothing to serve says so within a second or so (authority: %s, KV: %s)",
    async (authority, kv) => {
      const isolate = new Isolate();
      isolate.env = faulty(authority, kv);
      const [called, tookMs] = await timed(() => isolate.flag(tenant, "a"));
      expect(called).toMatchObject({ status: 503, json: { key: "a", errorCode: "GENERAL" } });
      expect(called.headers.get("retry-after")).toBe("1");
      expect(tookMs).toBeLessThan(1_600);
    },
  );

  it("a revoked key stays out of an isolate that starts from an older boot copy once it is confirmed", async () => {
    const mine = await published();
    const { id, text } = await mine.issue("server");
    await runDurableObjectAlarm(mine.environment.stub);
    await mine.environment.do({ kind: "key.revoke", id });
    const isolate = new Isolate();
    expect((await isolate.bulk(text, {})).status).toBe(401);
  });

  it("everything is as before when it is over", async () => {
    const isolate = new Isolate();
    isolate.env = faulty("error", "works");
    await isolate.flag(tenant, "a");
    isolate.env = env;
    await isolate.later(3_000).flag(tenant, "a");
    const called = await isolate.flag(tenant, "a");
    expect(called.headers.has("x-switchyard-stale")).toBe(false);
    expect((await isolate.call("/healthz", { method: "GET" })).json).toMatchObject({
      status: "ok",
      dependencies: { authority: "up", kv: "up" },
    });
  });

  it("a boot copy that was tampered with is not used", async () => {
    const mine = await published();
    const key = `env:${mine.id}:snapshot`;
    const isolate = new Isolate();
    isolate.env = faulty("error", "works");
    await env.CONFIG.put(key, (await env.CONFIG.get(key))!.replace('"on"', '"???"'), {
      metadata: { revision: 3 },
    });
    expect((await isolate.flag(mine, "a")).status).toBe(503);
    const stolen = await env.CONFIG.get(`env:${tenant.id}:snapshot`);
    await env.CONFIG.put(key, stolen!, { metadata: { revision: 9 } });
    // The other environment's keys and flags must not open under this one's name.
    expect((await isolate.later(3_000).flag(mine, "a")).status).toBe(503);
    const borrowed = newKey("server", mine.id);
    expect((await isolate.later(3_000).bulk(borrowed, {})).status).toBe(503);
  });
});

describe("many at once", () => {
  it("a hundred requests to a cold isolate are all answered, by one question to the authority", async () => {
    let asked = 0;
    const isolate = new Isolate();
    isolate.env = {
      ...faulty("works", "works"),
      ENVIRONMENTS: {
        getByName: (id) => {
          asked += 1;
          return env.ENVIRONMENTS.getByName(id);
        },
      },
    };
    const calls = Array.from({ length: 100 }, () => isolate.call(FLAGS, { key: tenant.server }));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(asked).toBe(1);
  });
});
