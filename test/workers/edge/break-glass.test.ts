import { env } from "cloudflare:workers";
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { SealedCommand } from "../../../src/core/authority/break-glass.ts";
import { createControl } from "../../../workers/control/app.ts";
import { createEdge } from "../../../workers/edge/app.ts";
import type { EdgeEnv } from "../../../workers/edge/edge-env.ts";
import { platformClock } from "../../../workers/edge/platform-clock.ts";
import {
  aCommand,
  keyOfSecret,
  newBreakGlassKey,
  sealed,
  type TestBreakGlassKey,
} from "../../unit/core/authority/a-break-glass.ts";
import { flag, valueOf } from "../../unit/core/authority/builders.ts";
import { done, newFlag } from "../control/api.ts";
import { Isolate, Tenant } from "./an-edge.ts";

const PATH = "/sdk/v1/break-glass";

interface Scene {
  readonly tenant: Tenant;
  readonly key: TestBreakGlassKey;
  readonly isolate: Isolate;
}

async function aScene(): Promise<Scene> {
  const tenant = await Tenant.with(flag("checkout"));
  const key = await newBreakGlassKey();
  const { id, publicKey } = key;
  await tenant.environment.do({
    kind: "break-glass-key.issue",
    key: { id, name: "safe", publicKey },
  });
  return { tenant, key, isolate: new Isolate() };
}

/** Each a little later than the one before, so that an isolate takes all of them. */
const arrive = ({ isolate }: Scene, body: unknown) => isolate.later(60).call(PATH, { body });

const good = ({ key, tenant }: Scene, changes = {}) =>
  sealed(key, aCommand(key, tenant.id, Date.now(), changes));

const revisionOf = async ({ tenant }: Scene) =>
  valueOf(await tenant.environment.authority.status()).revision;

/** Every binding but the two that answers rest on is gone: touching another one throws. */
function unplugged(): EdgeEnv {
  return new Proxy(env, {
    get(bindings, name) {
      if (name === "ENVIRONMENTS" || name === "RELAYS" || name === "CONFIG") return bindings[name];
      // Not bound to anything that could be down, and optional.
      if (name === "PUBLIC_ORIGIN") return undefined;
      throw new Error(`the binding ${String(name)} is down`);
    },
  });
}

const minutesFromNow = (minutes: number) => Date.now() + minutes * 60_000;

/** A cheap stream of numbers that is the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("a break-glass command at the edge", () => {
  it("kills within the request, and says so", async () => {
    const scene = await aScene();
    const before = await revisionOf(scene);
    expect((await scene.isolate.flag(scene.tenant, "checkout")).json.value).toBe(true);
    const got = await arrive(scene, await good(scene));
    expect(got).toMatchObject({
      status: 200,
      json: {
        revision: before + 1,
        changed: true,
        flags: [{ key: "checkout", outcome: "killed", variation: "off", fellBack: false }],
      },
    });
    expect(got.headers.get("cache-control")).toBe("no-store");
    const after = await scene.isolate.later(2_000).flag(scene.tenant, "checkout");
    expect(after.json).toMatchObject({ value: false, metadata: { killed: true } });
    expect(scene.isolate.lines).toContainEqual(
      expect.objectContaining({ event: "break-glass.accepted", revision: before + 1 }),
    );
  });

  it("works with catalogue, queues, buckets and the admin token gone", async () => {
    const scene = await aScene();
    scene.isolate.env = unplugged();
    const control = createControl({
      now: () => Date.now(),
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      newRequestId: () => crypto.randomUUID(),
      log: () => {},
    });
    const kill = `/api/v1/projects/p/environments/e/flags/checkout/kill`;
    const sent = { method: "POST", headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } };
    // What usually kills is down, and this is not.
    expect((await control.request(kill, sent, unplugged())).status).toBe(500);
    expect(await arrive(scene, await good(scene))).toMatchObject({
      status: 200,
      json: { changed: true },
    });
    const after = await scene.isolate.flag(scene.tenant, "checkout");
    expect(after.json).toMatchObject({ value: false, metadata: { killed: true } });
  });

  it("accepts the secret that the management API gave out", async () => {
    const at = await newFlag({ enabled: true });
    const issued = await done("break-glass-keys.issue", { params: at, body: { name: "safe" } });
    const key = await keyOfSecret(issued.body.secret);
    const command = aCommand(key, key.environmentId, Date.now(), { flags: [at.flag] });
    const got = await new Isolate().call(PATH, { body: await sealed(key, command) });
    expect(got.status).toBe(200);
    const read = await done("flags.get", { params: at });
    expect(read.body.flag.killed).toEqual({ variation: "off", reason: "payments fail" });
    const log = await done("log.list", { params: at, query: { limit: "1" } });
    expect(log.body.items[0].actor).toEqual({
      kind: "service",
      id: `break-glass-key:${key.id}`,
      name: 'Grace, with the break-glass key "safe"',
    });
    await done("break-glass-keys.revoke", { params: { ...at, breakGlassKey: key.id } });
    const late = aCommand(key, key.environmentId, Date.now(), { flags: [at.flag] });
    const refused = await new Isolate().call(PATH, { body: await sealed(key, late) });
    expect(refused.json.problem).toBe("break-glass-key-revoked");
  });

  it("is answered 503, and may be sent again, when the authority cannot be reached", async () => {
    const scene = await aScene();
    const command = await good(scene);
    scene.isolate.env = {
      ...env,
      ENVIRONMENTS: { getByName: () => ({ breakGlass: () => Promise.reject(new Error("gone")) }) },
    };
    const got = await arrive(scene, command);
    expect(got).toMatchObject({ status: 503, json: { problem: "unreachable" } });
    expect(got.headers.get("retry-after")).toBe("1");
    scene.isolate.env = env;
    expect((await arrive(scene, command)).status).toBe(200);
  });

  it("goes to KV at once, whatever wait an outage has left", async () => {
    const scene = await aScene();
    const { stub } = scene.tenant.environment;
    await scene.tenant.environment.sql(
      "UPDATE outbox SET attempts = 9, not_before_ms = ?",
      Date.now() + 3_600_000,
    );
    const before = Date.now();
    await arrive(scene, await good(scene));
    const alarmMs = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
    expect(alarmMs).toBeGreaterThanOrEqual(before);
    expect(alarmMs).toBeLessThanOrEqual(Date.now() + 1_000);
  });
});

describe("what is refused, in words", () => {
  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a list", "[]"],
    ["no signature", '{"command":"{}"}'],
    ["a command that names no environment", '{"command":"{}","signature":"00"}'],
    [
      "an environment that is none",
      '{"command":"{\\"environmentId\\":\\"../x\\"}","signature":""}',
    ],
    ["more than anyone needs", "x".repeat(300_000)],
  ])("%s", async (_, body) => {
    const got = await new Isolate().call(PATH, { body });
    expect(got).toMatchObject({ status: 400, json: { problem: "break-glass-unreadable" } });
    expect(got.json.errorDetails).toContain("no sealed command");
  });

  it("every other method", async () => {
    const got = await new Isolate().call(PATH, { method: "GET" });
    expect(got.status).toBe(405);
  });

  it.each([
    [{ keyId: "00".repeat(8) }, 403, "break-glass-key-unknown", "no break-glass key 0000"],
    [{ expiresAtMs: minutesFromNow(60) }, 403, "break-glass-too-long", "61 minutes"],
    [
      { notBeforeMs: minutesFromNow(5), expiresAtMs: minutesFromNow(9) },
      403,
      "break-glass-early",
      "set the clock",
    ],
    [{ expiresAtMs: minutesFromNow(-1) }, 403, "break-glass-expired", "expired at 2"],
    [{ reason: "" }, 400, "break-glass-unreadable", 'unfit "reason"'],
    [{ flags: ["nope"] }, 404, "unknown-flags", "no flag nope"],
    [{ variation: "maybe" }, 422, "variation-known-to-none", "they have off, on"],
  ])("a command with %j", async (changes, status, problem, words) => {
    const scene = await aScene();
    const got = await arrive(scene, await good(scene, changes));
    expect(got).toMatchObject({ status, json: { problem, errorCode: "GENERAL" } });
    expect(got.json.errorDetails).toContain(words);
  });

  it("a forged one, a repeated one, one of a stranger, and one for nowhere", async () => {
    const scene = await aScene();
    const command = await good(scene);
    const forged = await arrive(scene, { ...command, signature: "00".repeat(64) });
    expect(forged).toMatchObject({ status: 403, json: { problem: "break-glass-forged" } });
    const { revision } = (await arrive(scene, command)).json;
    const replayed = await arrive(scene, command);
    expect(replayed).toMatchObject({
      status: 409,
      json: { problem: "break-glass-replayed", revision },
    });
    expect(replayed.json.errorDetails).toContain(`as revision ${revision} at 2`);
    const nowhere = await good(scene, { environmentId: "nosuchenv0001" });
    expect(await arrive(scene, nowhere)).toMatchObject({
      status: 404,
      json: { problem: "unknown-environment" },
    });
    const other = await aScene();
    // With the other environment's id outside, its key would have to be known there.
    const elsewhere = await good({ ...scene, tenant: other.tenant });
    expect((await arrive(other, elsewhere)).json.problem).toBe("break-glass-key-unknown");
  });
});

describe("abuse", () => {
  it("1,000 expired, replayed, foreign and mutated commands: none is accepted", async () => {
    const scene = await aScene();
    const other = await aScene();
    const accepted = await good(scene);
    expect((await arrive(scene, accepted)).status).toBe(200);
    await scene.tenant.environment.do({ kind: "flag.unkill", key: "checkout" });
    const before = await revisionOf(scene);
    const below = numbers(20_261_121);
    const fresh = await good(scene);

    const flipped = (text: string): string => {
      const at = below(text.length);
      const code = text.charCodeAt(at) ^ (1 << below(5));
      return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
    };
    const stale = async (): Promise<SealedCommand> => {
      const expiresAtMs = Date.now() - 1 - below(600_000);
      return await good(scene, { notBeforeMs: expiresAtMs - below(900_001), expiresAtMs });
    };
    const kinds: readonly (() => SealedCommand | Promise<SealedCommand>)[] = [
      () => accepted,
      stale,
      () => good({ ...scene, key: other.key }),
      () => sealed(other.key, aCommand(scene.key, scene.tenant.id, Date.now())),
      () => ({ ...fresh, command: flipped(fresh.command) }),
      () => ({ ...fresh, signature: flipped(fresh.signature) }),
      () => ({ command: flipped(accepted.command), signature: accepted.signature }),
      () => ({ command: fresh.command, signature: accepted.signature }),
      () => ({ command: `${accepted.command} `, signature: accepted.signature }),
      () => ({ command: accepted.command, signature: accepted.signature.toUpperCase() }),
    ];
    const problems = new Map<string, number>();
    for (let at = 0; at < 1_000; at += 1) {
      const command = await kinds[at % kinds.length]!();
      const got = await arrive(scene, command);
      expect(got.status, JSON.stringify(command)).toBeGreaterThanOrEqual(400);
      expect(got.status).toBeLessThan(500);
      problems.set(got.json.problem, (problems.get(got.json.problem) ?? 0) + 1);
    }
    expect(await revisionOf(scene)).toBe(before);
    // Each way of refusing was reached.
    expect([...problems.keys()].toSorted()).toEqual(
      expect.arrayContaining([
        "break-glass-expired",
        "break-glass-forged",
        "break-glass-key-unknown",
        "break-glass-replayed",
        "break-glass-unreadable",
      ]),
    );
    expect([...problems.values()].reduce((sum, count) => sum + count)).toBe(1_000);
    // What was mutated was good: the original is still accepted.
    expect((await arrive(scene, fresh)).status).toBe(200);
  });

  it("more than twenty a second are not passed on by an isolate, and may be sent again", async () => {
    const scene = await aScene();
    let asked = 0;
    const breakGlass = () => {
      asked += 1;
      return Promise.resolve({ ok: false, error: { kind: "unknown-environment" } });
    };
    let nowMs = Date.now();
    const edge = createEdge({ clock: { ...platformClock, now: () => nowMs }, log: () => {} });
    const body = JSON.stringify(await good(scene));
    const knock = () =>
      edge.fetch(
        new Request(`https://edge.example${PATH}`, { method: "POST", body }),
        { ...env, ENVIRONMENTS: { getByName: () => ({ breakGlass }) } },
        createExecutionContext(),
      );
    const got = await Promise.all(Array.from({ length: 50 }, knock));
    expect(asked).toBe(20);
    const refused = got.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(30);
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
    expect(await refused[0]?.json()).toMatchObject({ problem: "busy" });
    nowMs += 1_000;
    expect((await knock()).status).toBe(404);
  });

  it("of two hundred copies sent at once, one is done", async () => {
    const scene = await aScene();
    const command = await good(scene);
    const before = await revisionOf(scene);
    const got = await Promise.all(
      Array.from({ length: 200 }, () => new Isolate().call(PATH, { body: command })),
    );
    expect(got.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(got.filter(({ status }) => status === 409)).toHaveLength(199);
    expect(await revisionOf(scene)).toBe(before + 1);
  });
});
