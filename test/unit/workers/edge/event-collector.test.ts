import { beforeEach, describe, expect, it } from "vitest";
import { environmentId } from "../../../../src/core/brand.ts";
import type { UsageCount } from "../../../../src/core/events/usage.ts";
import { ChunkSender } from "../../../../workers/edge/chunk-sender.ts";
import { EdgeHealth } from "../../../../workers/edge/edge-health.ts";
import { EventCollector } from "../../../../workers/edge/event-collector.ts";
import type { EdgeIo } from "../../../../workers/edge/ports.ts";
import { TestQueue } from "./test-queue.ts";
import { ID, settle, TestClock } from "./world.ts";

const LIMITS = {
  flushAfterMs: 50,
  flushAt: 5,
  flushUsageAt: 10,
  most: 20,
  mostUsage: 20,
  retryAfterMs: 70,
};

let clock: TestClock;
let queue: TestQueue;
let health: EdgeHealth;
let log: string[];
let collector: EventCollector;
let withUsualLimits: EventCollector;
let ids: number;

beforeEach(() => {
  clock = new TestClock();
  queue = new TestQueue();
  health = new EdgeHealth();
  log = [];
  ids = 0;
  const sender = new ChunkSender({ clock, health, log: (_level, event) => log.push(event) });
  const newId = () => `id-${(ids += 1)}`;
  collector = new EventCollector({ clock, sender, health, newId }, LIMITS);
  withUsualLimits = new EventCollector({ clock, sender, health, newId });
});

const usageOf = (flag: string, environment = ID): UsageCount => ({
  usage: { environmentId: environment, flag, variation: "on", reason: "STATIC" },
  pending: 0,
});

const io = (): EdgeIo => ({
  waitUntil: (work) => void work,
  events: queue,
  freshness: { changesSince: () => Promise.reject(new Error("not asked for")) },
  snapshots: { read: () => Promise.resolve(null) },
});

/** One request, as the edge answers it. */
function answer(...usages: readonly UsageCount[]): void {
  collector.begin(clock.now(), io());
  for (const usage of usages) collector.count(usage);
  collector.end(clock.now(), io());
}

const counts = () =>
  queue.events.map((event) => (event.kind === "usage" ? [event.flag, event.count] : event.kind));

describe("usage", () => {
  it("is sent once the time has passed since the first of it, although no request comes", async () => {
    const a = usageOf("a");
    answer(a);
    await clock.advance(40);
    answer(a, usageOf("b"));
    await clock.advance(9);
    expect(queue.asked).toEqual([]);
    await clock.advance(1);
    expect(queue.asked).toHaveLength(1);
    expect(counts()).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
  });

  it("is one message for any number of evaluations, and none without any", async () => {
    const usages = Array.from({ length: 5 }, (_, index) => usageOf(`flag-${index}`));
    for (let request = 0; request < 1_000; request += 1) answer(...usages);
    await clock.advance(500);
    expect(queue.taken).toHaveLength(1);
    expect(counts()).toEqual(usages.map(({ usage }) => [usage.flag, 1_000]));
  });

  it("has the time of the last answer, and the chunk that of sending", async () => {
    const began = clock.now();
    answer(usageOf("a"));
    await clock.advance(30);
    answer(usageOf("b"));
    await clock.advance(20);
    expect(queue.events.map(({ atMs }) => atMs - began)).toEqual([30, 30]);
    expect(queue.taken[0]?.receivedAtMs).toBe(began + 50);
  });

  it("is sent at once when there are many different answers", async () => {
    answer(...Array.from({ length: 10 }, (_, index) => usageOf(`flag-${index}`)));
    await settle();
    expect(queue.events).toHaveLength(10);
  });

  it("of a bulk as large as many exposures waits and adds up, bulk after bulk", async () => {
    const usages = Array.from({ length: 9 }, (_, index) => usageOf(`flag-${index}`));
    for (let request = 0; request < 100; request += 1) {
      answer(...usages);
      await settle();
    }
    expect(queue.asked).toEqual([]);
    await clock.advance(50);
    expect(queue.asked).toHaveLength(1);
    expect(counts()).toEqual(usages.map(({ usage }) => [usage.flag, 100]));
  });

  it("of different environments never shares a chunk", async () => {
    const other = environmentId("e5f6a7b8");
    answer(usageOf("a"), usageOf("b", other));
    await clock.advance(50);
    expect(queue.asked).toHaveLength(1);
    expect(queue.taken.map((chunk) => [chunk.environmentId, chunk.events.length])).toEqual([
      [ID, 1],
      [other, 1],
    ]);
  });

  it("that comes while the former is sent goes with the next message", async () => {
    const a = usageOf("a");
    const send = queue.send.bind(queue);
    queue.send = async (chunks) => {
      await clock.startTimer(200).done;
      return send(chunks);
    };
    answer(a);
    await clock.advance(60);
    answer(a, a);
    await clock.advance(189);
    expect(counts()).toEqual([]);
    await clock.advance(1);
    expect(counts()).toEqual([["a", 1]]);
    await clock.advance(250);
    expect(counts()).toEqual([
      ["a", 1],
      ["a", 2],
    ]);
  });
});

describe("the use of a key", () => {
  const key = { id: "k1", kind: "server", hash: "", expiresAtMs: null, origins: [] } as const;

  it("is sent with the counts of its environment", async () => {
    collector.use(ID, key, clock.now(), io());
    answer(usageOf("a"));
    await clock.advance(50);
    expect(queue.taken).toHaveLength(1);
    expect(queue.events.map(({ kind }) => kind)).toEqual(["usage", "key-use"]);
  });

  it("is sent although nothing is counted, and once in a minute", async () => {
    for (let times = 0; times < 100; times += 1) collector.use(ID, key, clock.now(), io());
    await clock.advance(50);
    collector.use(ID, key, clock.now(), io());
    await clock.advance(50);
    expect(queue.asked).toHaveLength(1);
    await clock.advance(60_000);
    collector.use(ID, key, clock.now(), io());
    await clock.advance(50);
    const moments = queue.events.map(({ atMs }) => atMs);
    expect(moments).toHaveLength(2);
    expect(moments.every((atMs) => atMs % 60_000 === 0)).toBe(true);
  });
});

it("bulks of the largest environment, all different, lose nothing while the queue works", async () => {
  collector = withUsualLimits;
  // One flag less than would be sent at once, and then as many as an environment may have.
  const usages = Array.from({ length: 24_999 }, (_, index) => usageOf(`flag-${index}`));
  answer(...usages.slice(0, 14_999));
  answer(...usages.slice(14_999));
  await clock.advance(20_000);
  expect([health.droppedEvents, queue.events.length]).toEqual([0, usages.length]);
});

describe("when the request with the timer is gone", () => {
  it("the next request sends what is due, under its own time and before its own", async () => {
    const a = usageOf("a");
    const gone = { ...io(), events: new TestQueue() };
    collector.begin(clock.now(), gone);
    collector.count(a);
    collector.end(clock.now(), gone);
    const before = clock.now();
    clock.jump(3_600_000);
    answer(a);
    await settle();
    expect(gone.events.asked).toEqual([]);
    expect(queue.events).toMatchObject([{ count: 1, atMs: before }]);
    await clock.advance(50);
    expect(queue.events.map(({ atMs }) => atMs - before)).toEqual([0, 3_600_000]);
  });

  it("a sending that died with its request is taken up again, with the same ids", async () => {
    queue.answer = "hang";
    clock.losesTimers = true;
    answer(...Array.from({ length: 10 }, (_, index) => usageOf(`flag-${index}`)));
    await settle();
    queue.answer = { kind: "accepted" };
    clock.jump(10_999);
    answer(usageOf("late"));
    await settle();
    expect(queue.asked).toHaveLength(1);
    clock.jump(1);
    answer();
    await settle();
    expect(queue.asked).toHaveLength(2);
    expect(queue.asked[1]).toEqual(queue.asked[0]);
  });
});

describe("while the queue takes nothing", () => {
  it.each(["error", { kind: "unavailable" }] as const)(
    "the very same chunks are sent until they are taken, then what has come since (%o)",
    async (fault) => {
      queue.answer = fault;
      const a = usageOf("a");
      answer(a);
      await clock.advance(50);
      answer(a, a);
      await clock.advance(69);
      expect(queue.asked).toHaveLength(1);
      await clock.advance(1);
      expect(queue.asked).toHaveLength(2);
      expect(queue.asked[1]).toEqual(queue.asked[0]);
      expect(health.queueFailingSinceMs).toBe(clock.now() - 70);
      queue.answer = { kind: "accepted" };
      await clock.advance(70);
      expect(health.queueFailingSinceMs).toBeNull();
      await clock.advance(50);
      expect(counts()).toEqual([
        ["a", 1],
        ["a", 2],
      ]);
      expect(log).toEqual(["queue.refused", "queue.refused"]);
    },
  );

  it("one that says when is asked again then", async () => {
    queue.answer = { kind: "busy", retryAfterSeconds: 2 };
    answer(usageOf("a"));
    await clock.advance(50);
    queue.answer = { kind: "accepted" };
    await clock.advance(1_999);
    expect(queue.asked).toHaveLength(1);
    await clock.advance(1);
    expect(counts()).toEqual([["a", 1]]);
  });

  it("one that says at once is left alone for a while all the same", async () => {
    queue.answer = { kind: "busy", retryAfterSeconds: 0 };
    answer(usageOf("a"));
    await clock.advance(50 + 69);
    expect(queue.asked).toHaveLength(1);
    await clock.advance(1);
    expect(queue.asked).toHaveLength(2);
  });

  it("one that took the chunk and lost the answer has it twice, under one id", async () => {
    const send = queue.send.bind(queue);
    queue.send = async (chunks) => {
      await send(chunks);
      return queue.taken.length === 1 ? { kind: "unavailable" } : { kind: "accepted" };
    };
    answer(usageOf("a"));
    await clock.advance(200);
    expect(queue.taken).toHaveLength(2);
    expect(counts()).toEqual([["a", 1]]);
  });

  it("memory is bounded: what has no room is dropped and counted, what is held goes on", async () => {
    queue.answer = "error";
    const usages = Array.from({ length: 25 }, (_, index) => usageOf(`flag-${index}`));
    answer(usageOf("first"));
    await clock.advance(50);
    answer(...usages);
    answer(...usages);
    queue.answer = { kind: "accepted" };
    await clock.advance(200);
    expect(counts()).toHaveLength(21);
    expect(counts().slice(1)).toEqual(usages.slice(0, 20).map(({ usage }) => [usage.flag, 2]));
    expect(health.droppedEvents).toBe(10);
  });

  it("a queue that never answers counts as out of reach after ten seconds", async () => {
    queue.answer = "hang";
    answer(usageOf("a"));
    await clock.advance(50);
    await clock.advance(10_000);
    expect(health.dependency("queue")).toBe("down");
    queue.answer = { kind: "accepted" };
    await clock.advance(70);
    expect(counts()).toEqual([["a", 1]]);
  });

  it("a clock that is set back holds up neither what waits nor what is tried again", async () => {
    answer(usageOf("waits"));
    clock.setBack(3_600_000);
    answer();
    await settle();
    expect(counts()).toEqual([["waits", 1]]);

    queue.answer = "error";
    answer(usageOf("a"));
    await clock.advance(50);
    clock.setBack(3_600_000);
    queue.answer = { kind: "accepted" };
    answer();
    await settle();
    expect(counts()).toEqual([
      ["waits", 1],
      ["a", 1],
    ]);
  });
});
