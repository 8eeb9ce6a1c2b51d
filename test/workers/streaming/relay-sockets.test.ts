import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { CLOSE } from "../../../src/core/streaming/frames.ts";
import { flag } from "../../unit/core/authority/builders.ts";
import { Tenant } from "../edge/an-edge.ts";
import { RemoteRelay, unreachable } from "../propagation/relays.ts";
import { knock, openedAt } from "./sockets.ts";

const create = (key: string) => ({ kind: "flag.create", document: flag(key) }) as const;
const kill = { kind: "flag.kill", key: "a", variation: null } as const;
const revoke = (id: string) => ({ kind: "key.revoke", id }) as const;

/** A relay of a real environment, and a key that may read. */
async function aScene() {
  const tenant = await Tenant.with(flag("a"));
  const relay = new RemoteRelay(tenant.id, "weur");
  const { id: keyId } = await tenant.issue("server");
  const { revision } = await tenant.environment.newest();
  const server = (since: number | null = null) => openedAt(relay, { kind: "server", since, keyId });
  const notify = (since: number | null = null) => openedAt(relay, { kind: "notify", since, keyId });
  return { tenant, environment: tenant.environment, relay, keyId, revision, server, notify };
}

/** What a reader holds after the frames, and whether each began where the one before it ended. */
function followed(frames: readonly any[]): {
  readonly revision: number;
  readonly gapless: boolean;
} {
  let revision: number | null = null;
  let gapless = true;
  for (const frame of frames) {
    if (frame.type === "delta") {
      gapless &&= frame.delta.since === revision;
      revision = frame.delta.revision;
    } else revision = frame.type === "snapshot" ? frame.snapshot.revision : frame.revision;
  }
  return { revision: revision ?? -1, gapless };
}

const alarmOf = (relay: RemoteRelay) =>
  runInDurableObject(relay.stub, (_, { storage }) => storage.getAlarm());

describe("a server socket", () => {
  it("gets everything first, and then each change from where it was, without SDK keys", async () => {
    const { environment, tenant, revision, server } = await aScene();
    const reader = await server();
    const first = await reader.frame(0);
    const { keys, ...served } = await environment.newest();
    expect(keys).toHaveLength(3);
    expect(first).toMatchObject({ type: "snapshot", snapshot: { ...served, keys: [] } });
    await environment.do(create("b"));
    expect(await reader.frame(1)).toMatchObject({
      type: "delta",
      delta: { since: revision, revision: revision + 1, changes: [{ kind: "flag", key: "b" }] },
    });
    const key = await tenant.issue("client");
    expect(await reader.frame(2)).toMatchObject({
      type: "delta",
      delta: { since: revision + 1, revision: revision + 2, changes: [] },
    });
    expect(reader.texts.join("")).not.toContain(key.id);
  });

  it("gets what it lacks when it comes back, or hears that it lacks nothing", async () => {
    const { environment, revision, server } = await aScene();
    await server();
    await environment.do(create("b"));
    const current = await server(revision + 1);
    expect(await current.frame(0)).toEqual({ type: "current", revision: revision + 1 });
    const older = await server(revision);
    expect(await older.frame(0)).toMatchObject({
      type: "delta",
      delta: { since: revision, revision: revision + 1 },
    });
  });

  it("gets every change once and in order, however fast they come and whenever it came", async () => {
    const { environment, revision, server } = await aScene();
    const readers = [await server()];
    const changes = Array.from({ length: 40 }, (_, place) => environment.do(create(`f-${place}`)));
    for (let more = 0; more < 10; more += 1) readers.push(await server());
    await Promise.all(changes);
    for (const reader of readers) {
      await reader.until(() => followed(reader.frames).revision === revision + 40);
      expect(followed(reader.frames)).toEqual({ revision: revision + 40, gapless: true });
    }
  });

  it("is not opened while the relay has less than the reader, and no authority to ask", async () => {
    const { relay, keyId, revision, server } = await aScene();
    await server();
    await relay.rewire({ ENVIRONMENTS: unreachable("error") });
    const { status } = await knock(relay, { kind: "server", since: revision + 1, keyId });
    expect(status).toBe(503);
  });

  it("that says anything but a ping is closed", async () => {
    const { server } = await aScene();
    const reader = await server();
    reader.socket.send("hello");
    expect(await reader.closedWith()).toBe(CLOSE.unreadable);
  });
});

describe("a notify socket", () => {
  it("hears which revision is there when it lacks that, and of each further one, and no contents", async () => {
    const { environment, revision, notify } = await aScene();
    const fresh = await notify();
    expect(await fresh.frame(0)).toEqual({ type: "changed", revision, spreadMs: 0 });
    const current = await notify(revision);
    await environment.do(create("b"));
    expect(await current.frame(0)).toEqual({
      type: "changed",
      revision: revision + 1,
      spreadMs: 0,
    });
    expect(await fresh.frame(1)).toEqual({ type: "changed", revision: revision + 1, spreadMs: 0 });
  });
});

describe("a relay's sockets", () => {
  it("outlast its sleep: nothing is missed or told twice, and pings are answered without waking it", async () => {
    const { environment, relay, revision, server, notify } = await aScene();
    const reader = await server();
    const listener = await notify();
    await reader.frame(0);
    await evictDurableObject(relay.stub);
    reader.socket.send("ping");
    await reader.until(() => reader.texts.includes("pong"));
    await expect(evictDurableObject(relay.stub)).rejects.toThrow();
    await environment.do(create("b"));
    await reader.frame(1);
    await evictDurableObject(relay.stub);
    await environment.do(kill, { reason: "it hurts" });
    await reader.frame(2);
    expect(followed(reader.frames)).toEqual({ revision: revision + 2, gapless: true });
    await listener.frame(2);
    expect(listener.frames.map((frame) => frame["revision"])).toEqual(
      [0, 1, 2].map((step) => revision + step),
    );
  });

  it("are sent back when what the relay held is spoilt, and then get everything", async () => {
    const { environment, relay, revision, server } = await aScene();
    const reader = await server();
    await reader.frame(0);
    await runInDurableObject(relay.stub, (_, { storage }) => {
      storage.sql.exec("UPDATE held_documents SET state = NULL WHERE kind = 'flag'");
    });
    await evictDurableObject(relay.stub);
    await environment.do(create("b"));
    expect(await reader.frame(1)).toEqual({ type: "reconnect", withinMs: 10_000 });
    expect(await reader.closedWith()).toBe(CLOSE.restart);
    const { snapshot } = await (await server()).frame(0);
    expect(snapshot).toMatchObject({ revision: revision + 1, flags: [{}, {}] });
  });

  it.each([
    "UPDATE held_documents SET state = '{' WHERE kind = 'flag'",
    "UPDATE held_documents SET kind = 'of a later version' WHERE kind = 'flag'",
    "UPDATE held SET seal = ''",
    "ALTER TABLE held RENAME COLUMN floor TO ground",
  ])("are sent back also when that cannot even be read: %s", async (spoil) => {
    const { relay, revision, server } = await aScene();
    const reader = await server();
    await reader.frame(0);
    await runInDurableObject(relay.stub, (_, { storage }) => void storage.sql.exec(spoil));
    await evictDurableObject(relay.stub);
    expect(await relay.changesSince(null)).toMatchObject({ changes: { snapshot: { revision } } });
    expect(await reader.closedWith()).toBe(CLOSE.restart);
  });

  it("are counted in the receipt: those that were sent the change", async () => {
    const { environment, relay, revision, server, notify } = await aScene();
    const open = [await server(), await server(), await notify()];
    const gone = await server();
    await gone.frame(0);
    gone.socket.close(1000);
    await gone.closedWith();
    await environment.do(create("b"));
    await open[0]!.frame(1);
    const rows = () => environment.sql("SELECT * FROM receipts WHERE revision = ?", revision + 1);
    let receipts = await rows();
    while (receipts.length === 0) receipts = await rows();
    expect(receipts).toMatchObject([{ region: "weur", sockets: 3 }]);
    expect(await relay.revision()).toBe(revision + 1);
  });

  it("are as many as the setting says; one more is sent back for later, until one has gone", async () => {
    const { relay, revision, server } = await aScene();
    const [first] = [await server(), await server()];
    await relay.rewire({ RELAY_SOCKETS: "2" });
    const third = await server();
    expect(await third.frame(0)).toEqual({ type: "reconnect", withinMs: 30_000 });
    expect(await third.closedWith()).toBe(CLOSE.full);
    first.socket.close(1000);
    await first.closedWith();
    const fourth = await server(revision);
    expect(await fourth.frame(0)).toEqual({ type: "current", revision });
  });
});

describe("a key that ends", () => {
  it("closes its sockets of both kinds when the revision arrives, and nobody else's", async () => {
    const { environment, relay, keyId, tenant, revision, server, notify } = await aScene();
    const other = await tenant.issue("server");
    const stays = await openedAt(relay, { kind: "server", since: null, keyId: other.id });
    const ending = [await server(), await server(), await notify()];
    await evictDurableObject(relay.stub);
    await environment.do(revoke(keyId));
    for (const reader of ending) expect(await reader.closedWith()).toBe(CLOSE.unauthorized);
    await stays.frame(1);
    expect(stays.closed).toBeUndefined();
    const late = await server(revision);
    expect(await late.closedWith()).toBe(CLOSE.unauthorized);
    expect(late.frames).toEqual([{ type: "ended" }]);
  });

  it("by time closes its sockets by the alarm, which is set for that moment", async () => {
    const { tenant, relay, server } = await aScene();
    const expiresAtMs = Date.now() + 1_500;
    const { id } = await tenant.issue("server", { expiresAtMs });
    const stays = await server();
    const ending = await openedAt(relay, { kind: "server", since: null, keyId: id });
    expect(await alarmOf(relay)).toBe(expiresAtMs);
    expect(await ending.closedWith()).toBe(CLOSE.unauthorized);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAtMs);
    expect(stays.closed).toBeUndefined();
    expect(await alarmOf(relay)).toBeGreaterThan(expiresAtMs);
  });

  it("by time closes them at once, also when the authority does not answer", async () => {
    const { tenant, relay, server } = await aScene();
    await server();
    const expiresAtMs = Date.now() + 1_000;
    const { id } = await tenant.issue("server", { expiresAtMs });
    const ending = await openedAt(relay, { kind: "server", since: null, keyId: id });
    await relay.rewire({ ENVIRONMENTS: unreachable("hang") });
    expect(await ending.closedWith()).toBe(CLOSE.unauthorized);
    expect(Date.now()).toBeLessThan(expiresAtMs + 1_000);
  });

  it("by being replaced is due when the overlap is over", async () => {
    const { environment, relay, keyId, server } = await aScene();
    await server();
    const beforeMs = Date.now();
    const replacement = { id: crypto.randomUUID(), hash: "0".repeat(64), hint: "abcd" };
    await environment.do({ kind: "key.rotate", id: keyId, replacement, overlapMs: 10_000 });
    await relay.arrived((await environment.newest()).revision);
    const alarmAtMs = await alarmOf(relay);
    expect(alarmAtMs).toBeGreaterThanOrEqual(beforeMs + 10_000);
    expect(alarmAtMs).toBeLessThan(beforeMs + 20_000);
  });
});

describe("the alarm of a relay", () => {
  it("finds a change that was never delivered, and sends it to the sockets", async () => {
    const { environment, relay, revision, server } = await aScene();
    const reader = await server();
    await reader.frame(0);
    await runInDurableObject(environment.stub, (instance) => {
      Object.assign(instance, { env: { ...env, RELAYS: unreachable("hang") } });
    });
    await environment.do(create("b"));
    expect(await relay.revision()).toBe(revision);
    expect(await runDurableObjectAlarm(relay.stub)).toBe(true);
    expect(await reader.frame(1)).toMatchObject({
      delta: { since: revision, revision: revision + 1 },
    });
  });

  it("rings every minute while there are sockets, and no more when there are none", async () => {
    const { relay, server } = await aScene();
    await relay.changesSince(null);
    expect(await alarmOf(relay)).toBeNull();
    const reader = await server();
    const beforeMs = Date.now();
    await runDurableObjectAlarm(relay.stub);
    const next = await alarmOf(relay);
    expect(next).toBeGreaterThanOrEqual(beforeMs + 60_000);
    expect(next).toBeLessThan(beforeMs + 70_000);
    reader.socket.close(1000);
    await reader.closedWith();
    await runDurableObjectAlarm(relay.stub);
    expect(await alarmOf(relay)).toBeNull();
  });
});
