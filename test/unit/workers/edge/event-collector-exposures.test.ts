import { expect, it } from "vitest";
import type { ServedEvaluation } from "../../../../src/core/evaluation/evaluation.ts";
import { ChunkSender } from "../../../../workers/edge/chunk-sender.ts";
import { EdgeHealth } from "../../../../workers/edge/edge-health.ts";
import { EventCollector } from "../../../../workers/edge/event-collector.ts";
import { TestQueue } from "./test-queue.ts";
import { ID, settle, TestClock } from "./world.ts";

const ANSWER: ServedEvaluation = {
  kind: "served",
  flag: "nav",
  version: 1,
  type: "boolean",
  variation: "on",
  value: true,
  reason: "SPLIT",
  cause: "rule",
  rule: "r1",
  experiment: "nav-test",
};

it("a thousand exposures are sent at once, and one less waits", async () => {
  const clock = new TestClock();
  const queue = new TestQueue();
  const health = new EdgeHealth();
  const sender = new ChunkSender({ clock, health, log: () => {} });
  let ids = 0;
  const collector = new EventCollector({ clock, sender, health, newId: () => `id-${(ids += 1)}` });
  const io = {
    waitUntil: (work: Promise<unknown>) => void work,
    events: queue,
    freshness: { changesSince: () => Promise.reject(new Error("not asked for")) },
    snapshots: { read: () => Promise.resolve(null) },
  };
  const expose = async (units: readonly string[]) => {
    collector.begin(clock.now(), io);
    for (const unit of units) collector.expose(ID, ANSWER, unit, clock.now());
    collector.end(clock.now(), io);
    await settle();
  };
  await expose(Array.from({ length: 999 }, (_, index) => `user-${index}`));
  expect(queue.asked).toEqual([]);
  await expose(["the last"]);
  expect(queue.events).toHaveLength(1_000);
});
