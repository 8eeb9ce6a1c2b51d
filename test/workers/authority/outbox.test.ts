import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createKvSnapshotReader,
  createKvSnapshotWriter,
} from "../../../src/adapters/kv/snapshot-store.ts";
import { environmentId } from "../../../src/core/brand.ts";
import { canonicalJson } from "../../../src/core/json.ts";
import { flag, valueOf } from "../../unit/core/authority/builders.ts";
import { aRemoteEnvironment, type RemoteEnvironment } from "./an-environment.ts";

const published = (remote: RemoteEnvironment) =>
  env.CONFIG.getWithMetadata<{ revision: number }>(`env:${remote.id}:snapshot`);

/** The outbox's only row, and when the alarm is to ring. */
async function outbox(remote: RemoteEnvironment) {
  return await runInDurableObject(remote.stub, async (_, { storage }) => {
    const [row] = [...storage.sql.exec("SELECT * FROM outbox")];
    return { row, alarmMs: await storage.getAlarm() };
  });
}

const HOUR = 3_600_000;

/** An environment whose first revision is published, and whose next delivery is an hour away. */
async function aPublishedEnvironment(): Promise<RemoteEnvironment> {
  const remote = await aRemoteEnvironment();
  await deliver(remote);
  await remote.sql("UPDATE outbox SET not_before_ms = ?", Date.now() + HOUR);
  return remote;
}

/** Runs the alarm as if the wait that the row asks for were over. */
async function deliver(remote: RemoteEnvironment): Promise<void> {
  await remote.sql("UPDATE outbox SET not_before_ms = 1");
  await runInDurableObject(remote.stub, (instance) => instance.alarm());
}

interface KvPlan {
  readonly put: (...parameters: Parameters<KVNamespace["put"]>) => Promise<void>;
}

/** Puts another KV before the object, in place of the one that its alarm writes to. */
async function replaceKv(remote: RemoteEnvironment, plan: KvPlan): Promise<void> {
  await runInDurableObject(remote.stub, (instance) => {
    Object.assign(instance, { env: { CONFIG: plan } });
  });
}

const passOn = (...parameters: Parameters<KVNamespace["put"]>) => env.CONFIG.put(...parameters);

/** An environment whose newest revision hangs on its way to KV, until it is let go. */
async function hanging() {
  const remote = await aPublishedEnvironment();
  let land: (() => void) | undefined;
  await replaceKv(remote, {
    put: (...write) => new Promise((resolve) => (land = () => resolve(passOn(...write)))),
  });
  await remote.do({ kind: "flag.create", document: flag("a") });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const delivering = deliver(remote);
  while (vi.getTimerCount() === 0) await scheduler.wait(1);
  // What the object waits for must happen in the object's own turn.
  const pass = (ms: number) =>
    runInDurableObject(remote.stub, () => vi.advanceTimersByTimeAsync(ms));
  const letGo = async () => {
    await runInDurableObject(remote.stub, () => land?.());
    while ((await outbox(remote)).row?.["delivered_revision"] !== 2) await scheduler.wait(1);
  };
  return { remote, delivering, pass, letGo };
}

/** The newest state with its seal. */
async function snapshotOf(remote: RemoteEnvironment) {
  const newest = await remote.authority.changesSince(null);
  if (newest.kind !== "snapshot") throw new Error(newest.kind);
  return newest;
}

describe("the outbox", () => {
  it("publishes the newest snapshot as canonical JSON, with its revision beside it", async () => {
    const remote = await aPublishedEnvironment();
    await remote.do({ kind: "flag.create", document: flag("a") });
    await deliver(remote);
    const { value, metadata } = await published(remote);
    const { kind: _, ...copy } = await snapshotOf(remote);
    expect(value).toBe(canonicalJson(copy));
    expect(metadata).toEqual({ revision: 2 });
    expect(valueOf(await remote.authority.status()).outbox).toEqual([]);

    const reader = createKvSnapshotReader(env.CONFIG);
    expect(await reader.read(environmentId(remote.id))).toEqual({
      revision: 2,
      ...copy,
    });
  });

  it("rings for the first change after a quiet time at once", async () => {
    const remote = await aPublishedEnvironment();
    await remote.sql("UPDATE outbox SET not_before_ms = 1");
    const beforeMs = Date.now();
    await remote.do({ kind: "flag.create", document: flag("a") });
    await runDurableObjectAlarm(remote.stub);
    const { row } = await outbox(remote);
    expect(row).toMatchObject({ revision: 2, delivered_revision: 2 });
    // The next is a second after this one began.
    expect(Number(row?.["not_before_ms"])).toBeGreaterThanOrEqual(beforeMs + 1_000);
  });

  it("makes one write of a burst, none before its time, and none twice", async () => {
    const remote = await aPublishedEnvironment();
    const revisions: unknown[] = [];
    await replaceKv(remote, {
      async put(key, value, options) {
        revisions.push(options?.metadata);
        await passOn(key, value, options);
      },
    });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        remote.do({ kind: "flag.create", document: flag(`f${index}`) }),
      ),
    );
    const waiting = await outbox(remote);
    expect(waiting.row).toMatchObject({ revision: 21, delivered_revision: 1 });
    expect(waiting.alarmMs).toBe(waiting.row?.["not_before_ms"]);
    // Early and twice, as a platform may call it.
    await runInDurableObject(remote.stub, (instance) => instance.alarm());
    await runInDurableObject(remote.stub, (instance) => instance.alarm());
    expect(revisions).toEqual([]);
    await deliver(remote);
    await deliver(remote);
    expect(revisions).toEqual([{ revision: 21 }]);
    const { kind: _, ...copy } = await snapshotOf(remote);
    expect((await published(remote)).value).toBe(canonicalJson(copy));
  });

  it("claims the second before it writes, so that a crash in between cannot break it", async () => {
    const remote = await aPublishedEnvironment();
    const rows: (Record<string, unknown> | undefined)[] = [];
    await replaceKv(remote, {
      async put() {
        rows.push((await outbox(remote)).row);
      },
    });
    await remote.do({ kind: "flag.create", document: flag("a") });
    const startMs = Date.now();
    await deliver(remote);
    expect(rows).toMatchObject([{ attempts: 1, delivered_revision: 1 }]);
    expect(rows[0]?.["not_before_ms"]).toBeGreaterThanOrEqual(startMs + 1_000);
  });

  it("tries again after a failing KV, later each time, and forgets it with the first success", async () => {
    const remote = await aPublishedEnvironment();
    let down = true;
    await replaceKv(remote, {
      put: (key, value, options) =>
        down
          ? Promise.reject(new Error("KV PUT failed: 503 Service Unavailable"))
          : passOn(key, value, options),
    });
    await remote.do({ kind: "flag.create", document: flag("a") });
    const startMs = Date.now();
    await deliver(remote);
    const first = await outbox(remote);
    expect(first.alarmMs).toBe(first.row?.["not_before_ms"]);
    expect(first.alarmMs).toBeGreaterThanOrEqual(startMs + 1_000);
    expect(valueOf(await remote.authority.status()).outbox).toEqual([
      {
        topic: "kv:snapshot",
        revision: 2,
        attempts: 1,
        lastError: "Error: KV PUT failed: 503 Service Unavailable",
      },
    ]);

    await deliver(remote);
    const second = await outbox(remote);
    expect(second.row).toMatchObject({ attempts: 2 });
    // A command during the outage is accepted, and does not shorten the wait.
    await remote.do({ kind: "flag.create", document: flag("b") });
    expect((await outbox(remote)).row).toEqual({ ...second.row, revision: 3 });

    down = false;
    await deliver(remote);
    expect((await published(remote)).metadata).toEqual({ revision: 3 });
    expect((await outbox(remote)).row).toMatchObject({ attempts: 0, last_error: null });
  });

  describe("when KV does not answer", () => {
    afterEach(() => vi.useRealTimers());

    it("gives the alarm free after ten seconds, and counts that as a failure", async () => {
      const { remote, delivering, pass } = await hanging();
      const ended = vi.fn<() => void>();
      void delivering.then(ended);
      await pass(9_999);
      expect(ended).not.toHaveBeenCalled();
      await pass(1);
      await delivering;
      const { row, alarmMs } = await outbox(remote);
      expect(row).toMatchObject({
        delivered_revision: 1,
        attempts: 1,
        last_error: "no answer before the deadline",
      });
      expect(alarmMs).toBe(row?.["not_before_ms"]);
      await replaceKv(remote, { put: passOn });
      await deliver(remote);
      expect((await published(remote)).metadata).toEqual({ revision: 2 });
    });

    it("counts a write that lands too late, if nothing newer was written", async () => {
      const { remote, delivering, pass, letGo } = await hanging();
      await pass(10_000);
      await delivering;
      await letGo();
      expect(valueOf(await remote.authority.status()).outbox).toEqual([]);
    });

    it("publishes again what a write that lands too late has replaced", async () => {
      const { remote, delivering, pass, letGo } = await hanging();
      await pass(10_000);
      await delivering;
      await remote.do({ kind: "flag.create", document: flag("b") });
      await replaceKv(remote, { put: passOn });
      await deliver(remote);
      expect((await published(remote)).metadata).toEqual({ revision: 3 });
      await letGo();
      expect((await published(remote)).metadata).toEqual({ revision: 2 });
      const { row, alarmMs } = await outbox(remote);
      expect(alarmMs).toBe(row?.["not_before_ms"]);
      await deliver(remote);
      expect((await published(remote)).metadata).toEqual({ revision: 3 });
    });
  });

  it("does not take a write for the newest when a change came while it ran", async () => {
    const remote = await aPublishedEnvironment();
    let interrupted = false;
    await replaceKv(remote, {
      async put(key, value, options) {
        if (!interrupted) {
          interrupted = true;
          await remote.do({ kind: "flag.create", document: flag("during") });
        }
        await passOn(key, value, options);
      },
    });
    await remote.do({ kind: "flag.create", document: flag("before") });
    await deliver(remote);
    const { row, alarmMs } = await outbox(remote);
    expect(row).toMatchObject({ revision: 3, delivered_revision: 2 });
    expect(alarmMs).toBe(row?.["not_before_ms"]);
    await deliver(remote);
    expect((await published(remote)).metadata).toEqual({ revision: 3 });
  });

  it("still delivers after a crash, and when the alarm itself was lost", async () => {
    const remote = await aPublishedEnvironment();
    await remote.do({ kind: "flag.create", document: flag("a") });
    await runInDurableObject(remote.stub, (_, { storage }) => storage.deleteAlarm());
    await abortAllDurableObjects();
    const { row, alarmMs } = await outbox(remote);
    expect(row).toMatchObject({ revision: 2, delivered_revision: 1 });
    expect(alarmMs).toBe(row?.["not_before_ms"]);
    await deliver(remote);
    expect((await published(remote)).metadata).toEqual({ revision: 2 });
  });
});

describe("the published snapshot", () => {
  it.each([
    { name: "nothing was published", write: () => Promise.resolve() },
    {
      name: "the text is no JSON",
      write: (key: string) => env.CONFIG.put(key, "{", { metadata: { revision: 1 } }),
    },
    { name: "the revision is not beside it", write: (key: string) => env.CONFIG.put(key, "{}") },
  ])("is nothing when $name", async ({ write }) => {
    const id = environmentId(crypto.randomUUID().replaceAll("-", ""));
    await write(`env:${id}:snapshot`);
    expect(await createKvSnapshotReader(env.CONFIG).read(id)).toBeNull();
  });

  it("is the one that was written last", async () => {
    const remote = await aRemoteEnvironment();
    const writer = createKvSnapshotWriter(env.CONFIG);
    const { seal, ...newest } = await snapshotOf(remote);
    const snapshot = { ...newest.snapshot, revision: 7 };
    await writer.write(snapshot, seal);
    expect(await createKvSnapshotReader(env.CONFIG).read(snapshot.environmentId)).toEqual({
      revision: 7,
      snapshot,
      seal,
    });
  });
});
