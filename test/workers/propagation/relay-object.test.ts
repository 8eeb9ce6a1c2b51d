import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RelayApi } from "../../../src/core/propagation/messages.ts";
import { REGIONS } from "../../../src/core/propagation/relay-address.ts";
import { flag } from "../../unit/core/authority/builders.ts";
import { aRemoteEnvironment, RemoteEnvironment } from "../authority/an-environment.ts";
import { enlistedRelays, RemoteRelay, unreachable } from "./relays.ts";
import { TRIES } from "../../patience.ts";

const create = (key: string) => ({ kind: "flag.create", document: flag(key) }) as const;
const relayRows = (remote: RemoteEnvironment) => remote.sql("SELECT * FROM relays ORDER BY region");

const isOpen = (row: Record<string, unknown>) => row["revision"] === 1 && row["attempts"] === 0;

/** Puts other bindings before the authority's object; without any, the real ones. */
async function rewire(
  remote: RemoteEnvironment,
  bindings: Record<string, unknown> = {},
): Promise<void> {
  await runInDurableObject(remote.stub, (instance) => {
    Object.assign(instance, { env: { ...env, ...bindings } });
  });
}

/** Resolves when every relay of the environment is known to hold a revision. */
async function acknowledged(remote: RemoteEnvironment, revision: number): Promise<void> {
  while ((await relayRows(remote)).some((row) => row["revision"] !== revision)) {
    await scheduler.wait(1);
  }
}

/** Runs the alarm as if the waits that follow failures were over. */
async function retry(remote: RemoteEnvironment): Promise<void> {
  await remote.sql("UPDATE relays SET not_before_ms = 1");
  await runInDurableObject(remote.stub, (instance) => instance.alarm());
}

/** How long a relay takes to say that it has nothing, when the authority never answers. */
async function tookForNothing(relay: RemoteRelay, since: number | null): Promise<number> {
  await relay.rewire({ ENVIRONMENTS: unreachable("hang") });
  const beganMs = Date.now();
  expect(await relay.changesSince(since)).toEqual({ kind: "nothing" });
  return Date.now() - beganMs;
}

describe("a relay that is asked for the first time", () => {
  it("has the newest state from the authority, which tells it of every change from then on", async () => {
    const remote = await aRemoteEnvironment();
    await remote.do(create("a"));
    const relay = new RemoteRelay(remote.id, "weur");
    expect(await relay.changesSince(null)).toEqual({
      kind: "confirmed",
      changes: await remote.authority.changesSince(null),
    });
    expect(await relayRows(remote)).toMatchObject([{ region: "weur", shard: 0, revision: 2 }]);
    await remote.do(create("b"));
    await relay.arrived(3);
    expect(await relay.changesSince(2)).toEqual({
      kind: "confirmed",
      changes: await remote.authority.changesSince(2),
    });
    expect(await relay.changesSince(3)).toEqual({
      kind: "confirmed",
      changes: { kind: "current", revision: 3 },
    });
  });

  it("says that there is no environment where there is none, and neither object writes anything", async () => {
    const remote = new RemoteEnvironment();
    const relay = new RemoteRelay(remote.id, "weur");
    const changes = { kind: "unknown-environment" };
    expect(await relay.changesSince(null)).toEqual({ kind: "confirmed", changes });
    for (const stub of [relay.stub, remote.stub]) {
      await runInDurableObject(stub, (_, { storage }) => {
        expect([...storage.sql.exec("SELECT name FROM sqlite_master")]).toEqual([]);
      });
    }
  });

  it("has nothing to say under a name that is no relay's", async () => {
    const relay = env.RELAYS.getByName("envtest00001:mars:0") as unknown as RelayApi;
    expect(await relay.changesSince(null)).toEqual({ kind: "nothing" });
    expect(await relay.deliver({} as never)).toEqual([]);
  });
});

describe("a change", () => {
  it("arrives at the relays of all regions, two levels down as well, and each acknowledges", async () => {
    const remote = await aRemoteEnvironment();
    const relays = await enlistedRelays(remote, ...REGIONS);
    const beforeMs = Date.now();
    await remote.do(create("a"));
    await Promise.all(relays.map((relay) => relay.arrived(2)));
    await acknowledged(remote, 2);
    const receipts = await remote.sql("SELECT * FROM receipts WHERE revision = 2");
    expect(new Set(receipts.map((row) => row["region"]))).toEqual(new Set(REGIONS));
    for (const { at_ms: atMs } of receipts) expect(Number(atMs)).toBeGreaterThanOrEqual(beforeMs);
    const snapshot = await remote.newest();
    for (const relay of relays) {
      expect(await relay.changesSince(null)).toMatchObject({ changes: { snapshot } });
    }
  });

  it("of a burst leaves every relay with the last revision", async () => {
    const remote = await aRemoteEnvironment();
    const relays = await enlistedRelays(remote, "weur", "enam", "oc");
    await Promise.all(Array.from({ length: 20 }, (_, place) => remote.do(create(`flag-${place}`))));
    await acknowledged(remote, 21);
    for (const relay of relays) expect(await relay.revision()).toBe(21);
  });

  it("is still held by a relay after it was restarted, which asks before it confirms", async () => {
    const remote = await aRemoteEnvironment();
    const [relay] = await enlistedRelays(remote, "weur");
    await remote.do(create("a"));
    await relay!.arrived(2);
    await abortAllDurableObjects();
    await relay!.rewire({ ENVIRONMENTS: unreachable("error") });
    const changes = { kind: "current", revision: 2 };
    expect(await relay!.changesSince(2)).toEqual({ kind: "unconfirmed", changes });
    await abortAllDurableObjects();
    expect(await relay!.changesSince(2)).toEqual({ kind: "confirmed", changes });
  });
});

describe("a relay that cannot be reached", () => {
  it.each(["error", "hang"] as const)(
    "does not delay the answer to a change, stays pending, and gets it when it is back: %s",
    TRIES,
    async (how) => {
      const remote = await aRemoteEnvironment();
      const [relay] = await enlistedRelays(remote, "weur");
      await rewire(remote, { RELAYS: unreachable(how) });
      const beganMs = Date.now();
      await remote.do(create("a"));
      expect(Date.now() - beganMs).toBeLessThan(1_000);
      while ((await relayRows(remote))[0]?.["attempts"] !== 1) await scheduler.wait(1);
      const [row] = await relayRows(remote);
      expect(row).toMatchObject({ revision: 1, silent_since_ms: expect.any(Number) });
      expect(row?.["last_error"]).toMatch(how === "hang" ? /no answer/ : /connection lost/);
      expect(await remote.sql("SELECT * FROM receipts WHERE revision > 1")).toEqual([]);
      await rewire(remote);
      await retry(remote);
      await acknowledged(remote, 2);
      expect(await relay!.revision()).toBe(2);
      expect(await relayRows(remote)).toMatchObject([{ attempts: 0, silent_since_ms: null }]);
    },
  );

  it("is tried again by the alarm, which a crash of the authority does not lose", async () => {
    const remote = await aRemoteEnvironment();
    const [relay] = await enlistedRelays(remote, "weur");
    await rewire(remote, { RELAYS: unreachable("error") });
    await remote.do(create("a"));
    while ((await relayRows(remote))[0]?.["attempts"] !== 1) await scheduler.wait(1);
    await remote.sql("UPDATE outbox SET delivered_revision = revision");
    await remote.sql("UPDATE relays SET not_before_ms = ?", Date.now() + 3_600_000);
    await runInDurableObject(remote.stub, (_, { storage }) => storage.deleteAlarm());
    await abortAllDurableObjects();
    const [row] = await relayRows(remote);
    const alarmMs = await runInDurableObject(remote.stub, (_, { storage }) => storage.getAlarm());
    expect(alarmMs).toBe(row?.["not_before_ms"]);
    await retry(remote);
    await relay!.arrived(2);
  });

  it("does not keep a kill waiting for its next try", async () => {
    const remote = await aRemoteEnvironment();
    await remote.do(create("a"));
    const [relay] = await enlistedRelays(remote, "weur");
    await remote.sql("UPDATE relays SET not_before_ms = ?", Date.now() + 3_600_000);
    await remote.do(create("b"));
    await remote.do({ kind: "flag.kill", key: "a", variation: "off" }, { reason: "test" });
    await relay!.arrived(4);
  });

  it("by the one before it in the tree gets the change from the authority", async () => {
    const remote = await aRemoteEnvironment();
    const relays = await enlistedRelays(remote, ...REGIONS);
    for (const relay of relays) await relay.rewire({ RELAYS: unreachable("error") });
    await remote.do(create("a"));
    while ((await relayRows(remote)).some(isOpen)) await scheduler.wait(1);
    expect(await remote.sql("SELECT * FROM relays WHERE revision = 1")).toHaveLength(6);
    await retry(remote);
    await acknowledged(remote, 2);
  });
});

describe("a relay that cannot reach the authority", () => {
  afterEach(() => vi.useRealTimers());

  it("confirms what it holds for half a minute, and marks it from then on", async () => {
    const remote = await aRemoteEnvironment();
    const [relay] = await enlistedRelays(remote, "weur");
    await relay!.rewire({ ENVIRONMENTS: unreachable("error") });
    const startMs = Date.now();
    vi.useFakeTimers({ toFake: ["Date"] });
    const changes = { kind: "current", revision: 1 };
    vi.setSystemTime(startMs + 29_000);
    expect(await relay!.changesSince(1)).toEqual({ kind: "confirmed", changes });
    vi.setSystemTime(startMs + 32_000);
    expect(await relay!.changesSince(1)).toEqual({ kind: "unconfirmed", changes });
    await relay!.rewire();
    vi.setSystemTime(startMs + 40_000);
    expect(await relay!.changesSince(1)).toEqual({ kind: "confirmed", changes });
  });

  it("answers within 200 ms that a reader may have more than it, and a second when that has nothing", async () => {
    const remote = await aRemoteEnvironment();
    const [relay] = await enlistedRelays(remote, "weur");
    const empty = new RemoteRelay(remote.id, "enam");
    expect(await tookForNothing(relay!, 9)).toBeLessThan(900);
    const waitedMs = await tookForNothing(empty, null);
    expect(waitedMs).toBeGreaterThanOrEqual(890);
    expect(waitedMs).toBeLessThan(1_400);
  });

  it("has missed nothing for long: a reader that is ahead makes it ask", async () => {
    const remote = await aRemoteEnvironment();
    const [relay] = await enlistedRelays(remote, "weur");
    await rewire(remote, { RELAYS: unreachable("error") });
    await remote.do(create("a"));
    expect(await relay!.revision()).toBe(1);
    const changes = { kind: "current", revision: 2 };
    expect(await relay!.changesSince(2)).toEqual({ kind: "confirmed", changes });
  });
});
