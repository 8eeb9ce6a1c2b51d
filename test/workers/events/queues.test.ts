import { abortAllDurableObjects, createMessageBatch, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createEventQueue } from "../../../src/adapters/queues/event-queue.ts";
import type { EventChunk } from "../../../src/core/events/chunk.ts";
import { EMBEDDED_QUEUE } from "../../../src/core/events/embedded-queue.ts";
import worker from "../../../workers/all.ts";
import {
  chunkOf,
  exposure,
  metric,
  newChunkId,
  newEnvironmentId,
  usage,
} from "../../unit/core/events/chunks.ts";

const FORMS = ["embedded", "cloudflare"] as const;
const WITHIN = { timeout: 10_000, interval: 50 };
const HOUR_MS = 3_600_000;

const receivedNow = () => ({ receivedAtMs: Date.now() });
const queueOf = (form: string) => createEventQueue({ ...env, EVENT_QUEUE: form });

async function rows(table: string, environment: string) {
  const sql = `SELECT * FROM ${table} WHERE environment_id = ?`;
  return (await env.DB.prepare(sql).bind(environment).all()).results;
}

async function rawLines(prefix: string) {
  const { objects } = await env.RAW_EVENTS.list({ prefix, include: ["customMetadata"] });
  return Promise.all(
    objects.map(async ({ key, customMetadata }) => {
      const object = await env.RAW_EVENTS.get(key);
      const text = object!.body.pipeThrough(new DecompressionStream("gzip"));
      const lines = (await new Response(text).text()).trimEnd().split("\n");
      return { key, customMetadata, events: lines.map((line) => JSON.parse(line)) };
    }),
  );
}

const deadLetter = (column: string, value: string) =>
  env.DB.prepare(`SELECT * FROM dead_letters WHERE ${column} = ?`).bind(value).first();

describe.each(FORMS)("what the %s queue accepts", (form) => {
  it("is counted by hour, flag, variation and reason, and kept raw", async () => {
    const environment = newEnvironmentId();
    const atMs = Date.UTC(2026, 0, 31, 23, 59, 59);
    const chunk = chunkOf(
      [
        usage({ atMs, count: 7 }),
        usage({ atMs: atMs - 1_000, count: 2 }),
        usage({ atMs: atMs + 1_000, variation: null, reason: "DISABLED" }),
        exposure({ atMs }),
        exposure({ atMs, reason: null }),
        metric({ atMs, value: 2.5 }),
        metric({ atMs, value: -1 }),
      ],
      { environment, ...receivedNow() },
    );
    expect(await queueOf(form).send([chunk])).toEqual({ kind: "accepted" });
    const hour_ms = Date.UTC(2026, 0, 31, 23);
    const way = { flag_key: "checkout", variation_key: "on", reason: "SPLIT", hour_ms };
    await expect
      .poll(() => rows("usage_hourly", environment), WITHIN)
      .toMatchObject([
        { ...way, reason: "", evaluations: 0, exposures: 1, last_at_ms: atMs },
        { ...way, evaluations: 9, exposures: 1, last_at_ms: atMs },
        {
          flag_key: "checkout",
          hour_ms: hour_ms + HOUR_MS,
          variation_key: "",
          reason: "DISABLED",
          evaluations: 1,
          exposures: 0,
        },
      ]);
    expect(await rows("metric_hourly", environment)).toMatchObject([
      { metric_key: "revenue", hour_ms, events: 2, value_sum: 1.5, last_at_ms: atMs },
    ]);
    const [day, hour] = [
      new Date(chunk.receivedAtMs).toISOString().slice(0, 10),
      new Date(chunk.receivedAtMs).toISOString().slice(11, 13),
    ];
    expect(await rawLines(`raw/${environment}/`)).toEqual([
      {
        key: `raw/${environment}/${day}/${hour}/${chunk.id}.ndjson.gz`,
        customMetadata: {
          format: "switchyard.events/1",
          environmentId: environment,
          receivedAtMs: String(chunk.receivedAtMs),
          events: "7",
        },
        events: chunk.events,
      },
    ]);
  });

  it("counts once when it is sent again, and is kept as it first was", async () => {
    const environment = newEnvironmentId();
    const chunk = chunkOf([usage({ count: 3 })], { environment, ...receivedNow() });
    const other = chunkOf([usage({ count: 10 })], { environment, ...receivedNow() });
    await queueOf(form).send([chunk, chunk]);
    await expect
      .poll(() => rows("usage_hourly", environment), WITHIN)
      .toMatchObject([{ evaluations: 3 }]);
    await queueOf(form).send([{ ...chunk, receivedAtMs: chunk.receivedAtMs - 5 * HOUR_MS }, other]);
    await expect
      .poll(() => rows("usage_hourly", environment), WITHIN)
      .toMatchObject([{ evaluations: 13 }]);
    const kept = await rawLines(`raw/${environment}/`);
    expect(kept).toHaveLength(2);
  });

  it("is set aside when it cannot be read, and stands in nobody's way", async () => {
    const environment = newEnvironmentId();
    const poison = { ...chunkOf([usage()], { environment }), format: "switchyard.events/9" };
    const good = chunkOf([usage()], { environment, ...receivedNow() });
    await queueOf(form).send([poison as unknown as EventChunk, good]);
    await expect.poll(() => rows("usage_hourly", environment), WITHIN).toHaveLength(1);
    await expect
      .poll(() => deadLetter("environment_id", environment), WITHIN)
      .toMatchObject({
        environment_id: environment,
        chunk_id: null,
        attempts: 1,
        queue: form === "embedded" ? "embedded" : "switchyard-events",
        reason:
          'It cannot be read: the format is "switchyard.events/9"; known is "switchyard.events/1".',
      });
    const letter = await deadLetter("environment_id", environment);
    const body = await env.RAW_EVENTS.get(`dead/${String(letter!["id"])}.json`);
    expect(await body?.json()).toEqual(poison);
  });
});

const stub = () => env.EMBEDDED_QUEUE.getByName("events");

describe("the embedded queue", () => {
  it("still delivers after a crash, and when the alarm itself was lost", async () => {
    const environment = newEnvironmentId();
    await queueOf("embedded").send([chunkOf([usage()], { environment, ...receivedNow() })]);
    await runInDurableObject(stub(), (_, { storage }) => storage.deleteAlarm());
    await abortAllDurableObjects();
    expect(await stub().backlog()).toMatchObject({ messages: 1 });
    await expect.poll(() => rows("usage_hourly", environment), WITHIN).toHaveLength(1);
    await expect.poll(() => stub().backlog(), WITHIN).toEqual({ messages: 0, size: 0 });
  });

  it("keeps what its consumer could not take, for later", async () => {
    const environment = newEnvironmentId();
    const other = env.EMBEDDED_QUEUE.getByName(newChunkId());
    const chunk = chunkOf([usage()], { environment, ...receivedNow() });
    await other.send([{ id: chunk.id, body: JSON.stringify(chunk) }]);
    await runInDurableObject(other, (_, { storage }) => storage.deleteAlarm());
    await runInDurableObject(other, (instance, { storage }) => {
      const ctx = { storage, exports: brokenExports, waitUntil: () => {} };
      Object.defineProperty(instance, "ctx", { value: ctx });
      storage.sql.exec("UPDATE messages SET due_ms = 1");
    });
    await runInDurableObject(other, (instance) => instance.alarm());
    const [row] = await runInDurableObject(other, (_, { storage }) => [
      ...storage.sql.exec("SELECT failures, last_error, due_ms FROM messages"),
    ]);
    expect(row).toMatchObject({ failures: 1, last_error: "Error: the consumer is broken" });
    expect(Number(row!["due_ms"])).toBeGreaterThan(Date.now() + 2_000);
    expect(await rows("usage_hourly", environment)).toEqual([]);
  });

  it("says that it is busy when too much waits, and unavailable when it cannot be reached", async () => {
    const full = env.EMBEDDED_QUEUE.getByName(newChunkId());
    await full.backlog();
    await runInDurableObject(full, (_, { storage }) => {
      storage.sql.exec("UPDATE backlog SET size = ?", EMBEDDED_QUEUE.backlogSize);
    });
    const chunk = chunkOf([usage()], receivedNow());
    const busy = createEventQueue({ EMBEDDED_QUEUE: { getByName: () => full } });
    expect(await busy.send([chunk])).toEqual({
      kind: "busy",
      retryAfterSeconds: EMBEDDED_QUEUE.busyRetrySeconds,
    });
    const broken = { send: () => Promise.reject(new Error("Network connection lost.")) };
    const away = createEventQueue({ EMBEDDED_QUEUE: { getByName: () => broken } });
    expect(await away.send([chunk])).toEqual({ kind: "unavailable" });
    expect(await createEventQueue({}).send([chunk])).toEqual({ kind: "unavailable" });
  });
});

const brokenExports = {
  EventConsumer: {
    consume: () => Promise.reject(new Error("the consumer is broken")),
  },
};

/** A queue that notes what it is sent, and may refuse it. */
function aQueue(refusal?: Error) {
  const batches: number[] = [];
  const sendBatch = async (messages: Iterable<unknown>) => {
    if (refusal !== undefined) throw refusal;
    batches.push([...messages].length);
  };
  return { batches, queue: createEventQueue({ EVENTS: { sendBatch } as unknown as Queue }) };
}

const filled = () => chunkOf([exposure({ targetingKey: "ü".repeat(59_000) })]);

/** Delivers messages as Queues would, and notes what becomes of each. */
async function deliver(queue: string, bodies: readonly unknown[], bindings = env) {
  const answers: unknown[] = [];
  const messages = bodies.map((body, index) => ({
    id: newChunkId(),
    timestamp: new Date(),
    attempts: 1,
    body,
    ack: () => (answers[index] = "ack"),
    retry: (options: QueueRetryOptions) => (answers[index] = options),
  }));
  await worker.queue({ queue, messages } as unknown as MessageBatch, bindings);
  return answers;
}

describe("Cloudflare's queue", () => {
  it("is given as many chunks at once as it takes, by number and by bytes", async () => {
    const small = aQueue();
    await small.queue.send(Array.from({ length: 201 }, () => chunkOf([usage()])));
    expect(small.batches).toEqual([100, 100, 1]);
    const large = aQueue();
    await large.queue.send([filled(), filled(), filled()]);
    expect(large.batches).toEqual([2, 1]);
  });

  it.each([
    { text: "Too Many Requests", answer: { kind: "busy", retryAfterSeconds: 5 } },
    { text: "Queue sendBatch failed: Bad Gateway", answer: { kind: "unavailable" } },
  ])("that says $text is $answer.kind", async ({ text, answer }) => {
    expect(await aQueue(new Error(text)).queue.send([chunkOf([usage()])])).toEqual(answer);
  });

  it("gets an answer for each message by itself", async () => {
    const environment = newEnvironmentId();
    const good = chunkOf([usage()], { environment, ...receivedNow() });
    const bad = chunkOf([usage()], { environment, ...receivedNow() });
    const put = (key: string, body: ArrayBuffer, options: R2PutOptions) =>
      key.includes(bad.id)
        ? Promise.reject(new Error("R2 is down for this one"))
        : env.RAW_EVENTS.put(key, body, options);
    const RAW_EVENTS = { put } as unknown as R2Bucket;
    const answers = await deliver("switchyard-events", [good, bad, "poison"], {
      ...env,
      RAW_EVENTS,
    });
    expect(answers).toEqual(["ack", { delaySeconds: expect.any(Number) }, "ack"]);
    expect(await rows("usage_hourly", environment)).toMatchObject([{ evaluations: 1 }]);
  });

  it("hands over what it gave up, which is listed and not counted", async () => {
    const environment = newEnvironmentId();
    const chunk = chunkOf([usage()], { environment, ...receivedNow() });
    expect(await deliver("switchyard-events-dlq", [chunk])).toEqual(["ack"]);
    expect(await deadLetter("chunk_id", chunk.id)).toMatchObject({
      environment_id: environment,
      queue: "switchyard-events-dlq",
      attempts: 6,
      reason: "It could not be stored in 6 deliveries",
    });
    expect(await rows("usage_hourly", environment)).toEqual([]);
  });
});

// The random one, of 10,000 messages, is in test/unit/app/events; this is for the real stores.
const CHUNKS = 80;

describe("many messages, delivered more than once and out of order to the real stores", () => {
  it("count once", async () => {
    const environment = newEnvironmentId();
    const chunks = Array.from({ length: CHUNKS }, (_, index) =>
      chunkOf([usage({ flag: `flag-${index % 7}`, count: index + 1 }), exposure()], {
        environment,
        ...receivedNow(),
      }),
    );
    const deliveries = chunks.flatMap((chunk, index) =>
      Array.from({ length: 1 + (index % 5) }, () => chunk),
    );
    const shuffled = deliveries
      .map((chunk, index) => ({ chunk, place: (index * 7_919) % deliveries.length }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ chunk }) => chunk);
    const batches = Array.from({ length: Math.ceil(shuffled.length / 40) }, (_, index) =>
      shuffled.slice(index * 40, index * 40 + 40),
    );
    await Promise.all(
      batches.map((batch) => {
        const timestamp = new Date();
        const messages = batch.map((body) => ({
          id: newChunkId(),
          timestamp,
          attempts: 1,
          body,
        }));
        return worker.queue(createMessageBatch("switchyard-events", messages), env);
      }),
    );
    const counted = await rows("usage_hourly", environment);
    const sumOf = (column: string) => counted.reduce((sum, row) => sum + Number(row[column]), 0);
    expect([sumOf("evaluations"), sumOf("exposures")]).toEqual([
      (CHUNKS * (CHUNKS + 1)) / 2,
      CHUNKS,
    ]);
    const raw = await env.RAW_EVENTS.list({ prefix: `raw/${environment}/` });
    expect(raw.objects).toHaveLength(CHUNKS);
  });
});
