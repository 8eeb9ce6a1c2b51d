import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { EventQueueStore } from "../../../../durable-objects/event-queue-store.ts";
import {
  DELIVERY_RETRIES,
  type DeliveryOutcome,
  retryDelaySeconds,
} from "../../../../src/core/events/delivery.ts";
import { EMBEDDED_QUEUE, EmbeddedQueue } from "../../../../src/core/events/embedded-queue.ts";
import { nodeSql } from "../authority/an-authority.ts";

const NOON = 1_800_000_000_000;
const GATHERED = NOON + EMBEDDED_QUEUE.gatherMs;
const DONE: DeliveryOutcome = { kind: "done" };
const RETRY: DeliveryOutcome = { kind: "retry", error: "Error: down" };

/** A queue on a database of its own, which can be opened anew as after a crash. */
function aQueue() {
  const database = new DatabaseSync(":memory:");
  const opened = () => new EmbeddedQueue(new EventQueueStore(nodeSql(database)));
  return { database, queue: opened(), reopened: opened };
}

const named = (...ids: readonly string[]) => ids.map((id) => ({ id, body: `{"is":"${id}"}` }));
const idsOf = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id);
const at = (nowMs: number) => ({ nowMs, random: () => 0 });

describe("messages in the embedded queue", () => {
  it("wait for others for a moment, and are delivered together in the order in which they came", () => {
    const { queue } = aQueue();
    queue.send(named("a", "b"), NOON);
    queue.send(named("c"), NOON);
    expect(queue.nextDueMs()).toBe(GATHERED);
    expect(queue.due(GATHERED - 1).consume).toEqual([]);
    expect(queue.due(GATHERED).consume).toEqual([
      { id: "a", body: '{"is":"a"}', attempts: 1 },
      { id: "b", body: '{"is":"b"}', attempts: 1 },
      { id: "c", body: '{"is":"c"}', attempts: 1 },
    ]);
  });

  it("are there after a crash, those that were being delivered as well", () => {
    const { queue, reopened } = aQueue();
    queue.send(named("a", "b"), NOON);
    const { consume } = queue.due(GATHERED);
    const after = reopened();
    expect(after.backlog()).toEqual({ messages: 2, size: 20 });
    expect(after.due(GATHERED).consume).toEqual(consume);
    expect(after.nextDueMs()).toBe(GATHERED);
  });

  it("wait once, however often they are sent", () => {
    const { queue } = aQueue();
    queue.send(named("a"), NOON);
    expect(queue.send(named("a", "b"), NOON + 500)).toEqual({ kind: "accepted" });
    expect(queue.backlog()).toEqual({ messages: 2, size: 20 });
    expect(idsOf(queue.due(GATHERED).consume)).toEqual(["a"]);
  });

  it("leave when they are done, and come again later when not", () => {
    const { queue } = aQueue();
    queue.send(named("a", "b", "c"), NOON);
    const { consume } = queue.due(GATHERED);
    // The consumer said nothing of the third.
    queue.settle(consume, [DONE, RETRY], at(GATHERED));
    expect(queue.due(GATHERED + 4_999).consume).toEqual([]);
    expect(queue.due(GATHERED + 5_000).consume).toMatchObject([
      { id: "b", attempts: 2 },
      { id: "c", attempts: 2 },
    ]);
    expect(queue.backlog()).toEqual({ messages: 2, size: 20 });
  });

  it("are to be set aside when they were tried often enough, with the last error", () => {
    const { queue } = aQueue();
    queue.send(named("a"), NOON);
    let nowMs = GATHERED;
    for (let tries = 1; tries <= DELIVERY_RETRIES + 1; tries += 1) {
      const { consume, setAside } = queue.due(nowMs);
      expect(setAside).toEqual([]);
      expect(consume).toMatchObject([{ id: "a", attempts: tries }]);
      queue.settle(consume, [RETRY], at(nowMs));
      nowMs = queue.nextDueMs()!;
    }
    const { consume, setAside } = queue.due(nowMs);
    expect(consume).toEqual([]);
    expect(setAside).toEqual([
      { id: "a", body: '{"is":"a"}', attempts: DELIVERY_RETRIES + 1, error: "Error: down" },
    ]);
    // Until that succeeds they stay.
    queue.settle(setAside, [RETRY], at(nowMs));
    expect(queue.backlog().messages).toBe(1);
    const again = queue.due(queue.nextDueMs()!);
    expect(idsOf(again.setAside)).toEqual(["a"]);
    queue.settle(again.setAside, [DONE], at(nowMs));
    expect([queue.backlog(), queue.nextDueMs()]).toEqual([{ messages: 0, size: 0 }, null]);
  });

  it("are delivered in batches of at most a hundred, and of a size that one call can carry", () => {
    const { queue } = aQueue();
    queue.send(named(...Array.from({ length: 101 }, (_, index) => `m${index}`)), NOON);
    expect(queue.due(GATHERED).consume).toHaveLength(100);

    const large = aQueue().queue;
    const body = "x".repeat(EMBEDDED_QUEUE.batchSize / 2);
    large.send(
      ["a", "b", "c"].map((id) => ({ id, body })),
      NOON,
    );
    expect(idsOf(large.due(GATHERED).consume)).toEqual(["a", "b"]);
    // One that is larger than a batch is a batch of its own.
    const huge = aQueue().queue;
    huge.send([{ id: "a", body: `${body}${body}x` }, ...named("b")], NOON);
    expect(idsOf(huge.due(GATHERED).consume)).toEqual(["a"]);
  });

  it.each([
    { name: "messages", column: "messages", limit: EMBEDDED_QUEUE.backlogMessages, two: 2 },
    { name: "text", column: "size", limit: EMBEDDED_QUEUE.backlogSize, two: 20 },
  ])("are refused, all that are sent together, when too much $name waits", (row) => {
    const { queue, database } = aQueue();
    const fillTo = (count: number) => database.exec(`UPDATE backlog SET ${row.column} = ${count}`);
    fillTo(row.limit - row.two + 1);
    expect(queue.send(named("a", "b"), NOON)).toEqual({
      kind: "busy",
      retryAfterSeconds: EMBEDDED_QUEUE.busyRetrySeconds,
    });
    expect(queue.nextDueMs()).toBeNull();
    fillTo(row.limit - row.two);
    expect(queue.send(named("a", "b"), NOON)).toEqual({ kind: "accepted" });
  });
});

describe("the wait after a failed delivery", () => {
  it("grows sixfold from five seconds to at most an hour, less a random third", () => {
    expect([1, 2, 3, 4, 5].map((n) => retryDelaySeconds(n, 0))).toEqual([5, 30, 180, 1_080, 3_600]);
    expect(retryDelaySeconds(100, 0)).toBe(3_600);
    expect(retryDelaySeconds(1, 0.999)).toBe(3);
  });
});
