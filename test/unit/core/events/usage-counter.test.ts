import { describe, expect, it } from "vitest";
import { environmentId } from "../../../../src/core/brand.ts";
import type { Evaluation } from "../../../../src/core/evaluation/evaluation.ts";
import { evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import { type UsageCount, usageOf } from "../../../../src/core/events/usage.ts";
import { UsageCounter } from "../../../../src/core/events/usage-counter.ts";
import { UsageTally } from "../../../../src/core/events/usage-tally.ts";
import { flag, NOON, rulesetOf } from "../evaluation/build.ts";
import { ENVIRONMENT } from "./wire.ts";

type Known = Exclude<Evaluation, { readonly kind: "not-found" }>;

function answerOf(parts: Parameters<typeof flag>[0] = {}): Known {
  const document = flag(parts);
  const answer = evaluateFlag(rulesetOf({ flags: [document] }), document.key, {}, NOON);
  if (answer.kind === "not-found") throw new Error("not found");
  return answer;
}

const halves = [
  { key: "on", weight: 50 },
  { key: "off", weight: 50 },
];
const split = { default: { rollout: { unit: "targetingKey", variations: halves } } };

const countOf = (answer: Known, environment = ENVIRONMENT): UsageCount => ({
  usage: usageOf(answer, environment),
  pending: 0,
});

let ids = 0;
const drained = (counter: UsageCounter) => counter.drain(0, () => "id").get(ENVIRONMENT);

const newId = () => `id-${(ids += 1)}`;

describe("usage", () => {
  it.each([
    ["a variation", answerOf(), { variation: "on", reason: "STATIC" }],
    [
      "nothing",
      answerOf({ enabled: false, offVariation: null }),
      { variation: null, reason: "DISABLED" },
    ],
    ["an error for want of a unit", answerOf(split as never), { variation: null, reason: "ERROR" }],
  ])("of a flag that serves %s", (_what, answer, expected) => {
    expect(usageOf(answer, ENVIRONMENT)).toMatchObject({ flag: "new-nav", ...expected });
  });

  it("is counted, taken out once, and begins anew", () => {
    const counter = new UsageCounter(10);
    const usage = countOf(answerOf());
    for (let times = 0; times < 5; times += 1) counter.add(usage);
    const events = counter.drain(77, newId).get(ENVIRONMENT);
    const event = { kind: "usage", flag: "new-nav", variation: "on", reason: "STATIC" };
    expect(events).toEqual([{ ...event, id: `id-${ids}`, atMs: 77, count: 5 }]);
    expect(counter.drain(78, newId).size).toBe(0);
    counter.add(usage);
    expect(counter.drain(79, newId).get(ENVIRONMENT)).toMatchObject([{ count: 1 }]);
  });

  it("of versions of a flag that say the same is one event", () => {
    const counter = new UsageCounter(10);
    const [before, after] = [countOf(answerOf()), countOf(answerOf())];
    counter.add(before);
    counter.add(after);
    counter.add(after);
    expect(counter.drain(0, newId).get(ENVIRONMENT)).toMatchObject([{ count: 3 }]);
    expect([before.pending, after.pending]).toEqual([0, 0]);
  });

  it("is apart for flags, variations, reasons and environments", () => {
    const counter = new UsageCounter(10);
    const other = environmentId("e5f6a7b8");
    const answers = [
      answerOf(),
      answerOf({ key: "b" }),
      answerOf({ default: { variation: "off" } }),
    ];
    for (const answer of answers) counter.add(countOf(answer));
    counter.add(countOf(answerOf({ enabled: false, offVariation: "on" }), other));
    const events = counter.drain(0, newId);
    expect(events.get(ENVIRONMENT)).toHaveLength(3);
    expect(events.get(other)).toMatchObject([{ flag: "new-nav", variation: "on", count: 1 }]);
    const all = [...events.values()].flat();
    expect(new Set(all.map(({ id }) => id)).size).toBe(4);
  });

  it("of more answers than there is room for is dropped and counted; what has room goes on", () => {
    const counter = new UsageCounter(1);
    const known = countOf(answerOf());
    const further = countOf(answerOf({ key: "b" }));
    for (const usage of [known, further, further, known]) counter.add(usage);
    expect(counter).toMatchObject({ size: 1, dropped: 2 });
    expect(counter.drain(0, newId).get(ENVIRONMENT)).toMatchObject([{ flag: "new-nav", count: 2 }]);
    counter.add(further);
    expect(counter.drain(0, newId).get(ENVIRONMENT)).toMatchObject([{ flag: "b", count: 1 }]);
  });

  it("of many answers at once is what counting each of them gives", () => {
    const [one, all] = [new UsageCounter(1_000), new UsageCounter(1_000)];
    const answers = Array.from({ length: 150 }, (_, at) => answerOf({ key: `flag-${at}` }));
    const counts = answers.map((answer) => countOf(answer));
    const tally = new UsageTally();
    const numbers = answers.map((answer) => tally.add(usageOf(answer, ENVIRONMENT)));
    for (const from of [0, 50, 140, 0]) {
      const asked = [...numbers.slice(from), ...numbers.slice(0, 3)];
      all.addAll(tally, asked);
      for (const number of asked) one.add(counts[number] ?? countOf(answerOf()));
    }
    expect(all.size).toBe(150);
    expect(drained(all)).toEqual(drained(one));
    all.addAll(tally, [7]);
    expect(drained(all)).toMatchObject([{ flag: "flag-7", count: 1 }]);
  });

  it("of more answers at once than there is room for is dropped and counted", () => {
    const counter = new UsageCounter(2);
    const tally = new UsageTally();
    const answers = ["a", "b", "c"].map((key) => answerOf({ key }));
    const numbers = answers.map((answer) => tally.add(usageOf(answer, ENVIRONMENT)));
    counter.addAll(tally, numbers);
    counter.addAll(tally, numbers);
    expect(counter).toMatchObject({ size: 2, dropped: 2 });
    expect(counter.drain(0, newId).get(ENVIRONMENT)).toMatchObject([{ count: 2 }, { count: 2 }]);
  });
});
