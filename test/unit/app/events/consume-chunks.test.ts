import { describe, expect, it } from "vitest";
import { createD1RollUpStore } from "../../../../src/adapters/d1/roll-up-store.ts";
import { consumeChunks, type ConsumeDeps } from "../../../../src/app/events/consume-chunks.ts";
import { redeliverDeadLetter } from "../../../../src/app/events/dead-letters.ts";
import { CHUNK_MEMORY_MS } from "../../../../src/app/events/roll-up-store.ts";
import { setAsideFailed } from "../../../../src/app/events/set-aside.ts";
import type { EventChunk } from "../../../../src/core/events/chunk.ts";
import {
  chunkOf,
  exposure,
  metric,
  newEnvironmentId,
  NOON_MS,
  usage,
} from "../../core/events/chunks.ts";
import { DeadLettersInMemory } from "./dead-letters-in-memory.ts";
import { migratedDatabase, sqliteD1 } from "./sqlite-d1.ts";

const DONE = { kind: "done" };
const message = (body: unknown, attempts = 1) => ({ id: crypto.randomUUID(), body, attempts });

const SOMEBODY = {
  organisationId: "acme",
  actor: { kind: "user", id: "ada", name: "Ada" },
  access: { grants: [], ceiling: null },
  permits: { grants: [], ceiling: null },
  reason: null,
  requestId: "r-1",
} as const;

const storesOf = ({ deadLetters, deadLetterList, deadLetterBodies }: DeadLettersInMemory) => ({
  deadLetters,
  deadLetterList,
  deadLetterBodies,
});

/** A consumer over the real tables, whose stores can be made to fail. */
function aConsumer() {
  const database = migratedDatabase();
  const dead = new DeadLettersInMemory();
  const world = {
    database,
    dead,
    nowMs: NOON_MS,
    refused: new Set<string>(),
    batches: [] as string[][],
    raw: [] as EventChunk[],
    rawIsDown: false,
  };
  const rollUps = createD1RollUpStore(sqliteD1(database));
  const deps: ConsumeDeps = {
    ...storesOf(dead),
    now: () => world.nowMs,
    eventPrivacy: async () => new Map(),
    rawChunks: {
      keep: async (chunk) => {
        if (world.rawIsDown) throw new Error("R2 is down");
        world.raw.push(chunk);
      },
    },
    rollUps: {
      counted: (ids) => rollUps.counted(ids),
      count: async (chunks, nowMs) => {
        world.batches.push(chunks.map(({ chunkId }) => chunkId));
        if (chunks.some(({ chunkId }) => world.refused.has(chunkId))) throw new Error("refused");
        await rollUps.count(chunks, nowMs);
      },
    },
  };
  const evaluations = () =>
    database.prepare("SELECT COALESCE(SUM(evaluations), 0) AS n FROM usage_hourly").get()?.["n"];
  const consume = (...messages: ReturnType<typeof message>[]) =>
    consumeChunks("test", messages, deps);
  return { ...world, world, deps, evaluations, consume };
}

const wide = (n: number) => usage({ flag: `${n}-${"f".repeat(120)}` });

describe("a delivered chunk", () => {
  it("is kept raw before it is counted, and is not counted when that fails", async () => {
    const { world, consume, evaluations } = aConsumer();
    const chunk = message(chunkOf([usage()]));
    world.rawIsDown = true;
    expect(await consume(chunk)).toEqual([{ kind: "retry", error: "Error: R2 is down" }]);
    expect(evaluations()).toBe(0);
    world.rawIsDown = false;
    expect(await consume(chunk)).toEqual([DONE]);
    expect(evaluations()).toBe(1);
  });

  it("is not kept raw again when it is counted", async () => {
    const { world, consume } = aConsumer();
    const chunk = chunkOf([usage()]);
    await consume(message(chunk));
    await consume(message({ ...chunk, receivedAtMs: chunk.receivedAtMs + 3_600_000 }));
    expect(world.raw).toEqual([chunk]);
  });

  it("counts once when it is twice in one batch, and both messages are done", async () => {
    const { consume, evaluations } = aConsumer();
    const chunk = chunkOf([usage({ count: 5 })]);
    expect(await consume(message(chunk), message(chunk))).toEqual([DONE, DONE]);
    expect(evaluations()).toBe(5);
  });

  it("that the database refuses takes others with it at first, and none in the end", async () => {
    const { world, consume, evaluations } = aConsumer();
    const good = chunkOf([usage()]);
    const bad = chunkOf([usage()]);
    world.refused.add(bad.id);
    const retry = { kind: "retry", error: "Error: refused" };
    expect(await consume(message(good, 2), message(bad, 2))).toEqual([retry, retry]);
    expect(await consume(message(good, 3), message(bad, 3))).toEqual([DONE, retry]);
    expect(evaluations()).toBe(1);
  });

  it("is counted with as many others as one write may carry", async () => {
    const { world, consume } = aConsumer();
    const chunks = Array.from({ length: 5 }, () =>
      chunkOf(Array.from({ length: 900 }, (_, n) => wide(n))),
    );
    expect(await consume(...chunks.map((chunk) => message(chunk)))).toEqual(chunks.map(() => DONE));
    expect(world.batches.map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it("with absurd counts and values is counted, and does not stand in the way of others", async () => {
    const { consume, database } = aConsumer();
    const environment = newEnvironmentId();
    const absurd = [
      usage({ count: Number.MAX_SAFE_INTEGER }),
      usage({ count: Number.MAX_SAFE_INTEGER }),
      metric({ value: 1.7e308 }),
      metric({ value: 1.7e308 }),
    ];
    const chunks = Array.from({ length: 100 }, () => message(chunkOf(absurd, { environment })));
    expect(new Set((await consume(...chunks)).map(({ kind }) => kind))).toEqual(new Set(["done"]));
    expect(database.prepare("SELECT COUNT(*) AS n FROM metric_hourly").get()).toMatchObject({
      n: 1,
    });
  });

  it("is forgotten when it is older than what may be delivered again", async () => {
    const { world, consume, database } = aConsumer();
    await consume(message(chunkOf([usage()])));
    const known = () => database.prepare("SELECT COUNT(*) AS n FROM event_chunks").get()?.["n"];
    world.nowMs += CHUNK_MEMORY_MS;
    const later = { receivedAtMs: world.nowMs };
    await consume(message(chunkOf([usage()], later)));
    expect(known()).toBe(2);
    world.nowMs += 1;
    await consume(message(chunkOf([usage()], later)));
    expect(known()).toBe(2);
  });
});

describe("a message that cannot be counted", () => {
  const good = chunkOf([usage(), exposure(), metric()]);
  const [someUsage, someExposure, someMetric] = good.events;
  it.each([
    { name: "text", body: "{", why: "is no JSON object" },
    { name: "nothing", body: undefined, why: "is no JSON object" },
    { name: "another format", body: { ...good, format: "x/1" }, why: 'format is "x/1"' },
    { name: "a chunk without an id", body: { ...good, id: undefined }, why: "id undefined" },
    { name: "an id that is a path", body: { ...good, id: "../../../x" }, why: 'id "../../../x"' },
    {
      name: "an environment that is a path",
      body: { ...good, environmentId: "../" },
      why: '"../"',
    },
    { name: "no moment", body: { ...good, receivedAtMs: "now" }, why: 'receivedAtMs "now"' },
    { name: "no events", body: { ...good, events: [] }, why: "no events" },
    { name: "an unknown kind", body: { ...good, events: [{ kind: "x" }] }, why: 'kind "x"' },
    {
      name: "half an evaluation",
      body: { ...good, events: [{ ...someUsage, count: 0.5 }] },
      why: "event 0 has the count 0.5",
    },
    {
      name: "an exposure without a variation",
      body: { ...good, events: [someUsage, { ...someExposure, variation: null }] },
      why: "event 1 has the variation null",
    },
    {
      name: "a metric that is no number",
      body: { ...good, events: [{ ...someMetric, value: null }] },
      why: "event 0 has the value null",
    },
    {
      name: "an attribute that is an object",
      body: { ...good, events: [{ ...someMetric, attributes: { a: {} } }] },
      why: "event 0 has the attributes",
    },
  ])("is set aside with its reason: $name", async ({ body, why }) => {
    const { consume, dead, evaluations } = aConsumer();
    const poison = message(body);
    const [first, second] = await consume(poison, message(chunkOf([usage()])));
    expect([first, second]).toEqual([DONE, DONE]);
    expect(evaluations()).toBe(1);
    const [letter] = dead.letters.values();
    expect(letter).toMatchObject({ queue: "test", attempts: 1, setAsideAtMs: NOON_MS });
    expect(letter?.reason).toContain(why);
    expect(dead.texts.get(letter!.id)).toBe(JSON.stringify(body) ?? "null");
    // Delivered again, as when the acknowledgement was lost, it is still one letter.
    await consume(poison);
    expect(dead.letters.size).toBe(1);
  });

  it("stays with the queue while it cannot be set aside", async () => {
    const { consume, dead } = aConsumer();
    dead.down = true;
    expect(await consume(message({}))).toMatchObject([{ kind: "retry" }]);
  });

  it("is set aside when it is so old that nobody knows whether it was counted", async () => {
    const { world, consume, dead, evaluations } = aConsumer();
    const chunk = chunkOf([usage()]);
    world.nowMs += CHUNK_MEMORY_MS + 1;
    expect(await consume(message(chunk))).toEqual([DONE]);
    expect([...dead.letters.values()]).toMatchObject([
      { chunkId: chunk.id, reason: expect.stringContaining("too old") },
    ]);
    expect(evaluations()).toBe(0);
  });

  it("is set aside with its last error when it was tried often enough", async () => {
    const { deps, dead } = aConsumer();
    const chunk = chunkOf([usage()]);
    const failed = [
      { ...message(chunk, 6), error: "Error: D1 is down" },
      { ...message(chunk, 6), error: null },
    ];
    expect(await setAsideFailed("test", failed, deps)).toEqual([DONE, DONE]);
    expect([...dead.letters.values()].map(({ reason }) => reason)).toEqual([
      "It could not be stored in 6 deliveries; the last: Error: D1 is down",
      "It could not be stored in 6 deliveries",
    ]);
    expect([...dead.letters.values()]).toMatchObject([
      { chunkId: chunk.id, environmentId: chunk.environmentId, attempts: 6 },
      {},
    ]);
  });
});

async function aLetter(nowMs = NOON_MS) {
  const consumer = aConsumer();
  const chunk = chunkOf([usage()]);
  await setAsideFailed("test", [{ ...message(chunk), error: null }], consumer.deps);
  const [id = ""] = consumer.dead.letters.keys();
  const sent: EventChunk[] = [];
  const accept = async (chunks: readonly EventChunk[]) => {
    sent.push(...chunks);
    return { kind: "accepted" } as const;
  };
  const deps = { ...storesOf(consumer.dead), now: () => nowMs, eventQueue: { send: accept } };
  return { ...consumer, chunk, id, sent, deps };
}

describe("a dead letter that is sent again", () => {
  it("is in the queue as it was, and off the list", async () => {
    const { id, deps, sent, chunk, dead } = await aLetter();
    expect(await redeliverDeadLetter(id, SOMEBODY, deps)).toEqual({ ok: true, value: chunk });
    expect(sent).toEqual([chunk]);
    expect([dead.letters.size, dead.texts.size]).toEqual([0, 0]);
  });

  it.each([
    { answer: { kind: "busy", retryAfterSeconds: 7 } as const, retryAfterSeconds: 7 },
    { answer: { kind: "unavailable" } as const, retryAfterSeconds: 5 },
  ])("stays on the list when the queue is $answer.kind", async ({ answer, retryAfterSeconds }) => {
    const { id, deps, dead } = await aLetter();
    const refusing = { ...deps, eventQueue: { send: async () => answer } };
    expect(await redeliverDeadLetter(id, SOMEBODY, refusing)).toEqual({
      ok: false,
      error: { kind: "queue-busy", retryAfterSeconds },
    });
    expect([dead.letters.size, dead.texts.size]).toEqual([1, 1]);
  });

  it("is refused when it might count twice", async () => {
    const { id, deps } = await aLetter(NOON_MS + CHUNK_MEMORY_MS + 1);
    expect(await redeliverDeadLetter(id, SOMEBODY, deps)).toMatchObject({
      error: { kind: "dead-letter-unusable", why: expect.stringContaining("too long ago") },
    });
  });

  it("is refused when its body is lost", async () => {
    const { id, deps, dead } = await aLetter();
    dead.texts.clear();
    expect(await redeliverDeadLetter(id, SOMEBODY, deps)).toMatchObject({
      error: { kind: "dead-letter-unusable", why: "has lost its body" },
    });
  });
});
