import { describe, expect, it } from "vitest";
import type { Explanation } from "../../../../src/core/evaluation/explanation.ts";
import { evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import { explainFlag } from "../../../../src/core/evaluation/explain-flag.ts";
import { flag, NOON, type Parts, rulesetOf } from "./build.ts";

// With the salt "checkout-redesign", user-1 has the bucket 4780; with "layer-a" 6540, with
// "holdout-a" 23339 and with "exp-salt" 44473.
const USER = { targetingKey: "user-1", plan: "pro" };
const KEY = "checkout-redesign";
const isPro = { attribute: "plan", operator: "eq", value: "pro" } as const;
const isFree = { attribute: "plan", operator: "eq", value: "free" } as const;

function explain(parts: Parts, context: object = USER): Explanation {
  const ruleset = rulesetOf(parts);
  const explanation = explainFlag(ruleset, KEY, { ...context }, NOON);
  expect(explanation.evaluation).toEqual(evaluateFlag(ruleset, KEY, { ...context }, NOON));
  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  return explanation;
}

const rollout = (weight: number, parts: object = {}) => ({
  rollout: { unit: "targetingKey", variations: [{ key: "off", weight }], ...parts },
});
const withRule = (then: object, parts: object = {}) =>
  flag({ key: KEY, rules: [{ id: "r1", name: "Pro", if: isPro, then: then as never }], ...parts });

const FOUND = [
  { kind: "flag", found: true },
  { kind: "killed", killed: false, reason: null },
  { kind: "enabled", enabled: true },
];
const PRO_HELD = {
  kind: "attribute",
  held: true,
  attribute: "plan",
  operator: "eq",
  value: "pro",
  actual: "pro",
};

const layer = (ranges: [number, number][]) => [{ key: "exp", layer: { key: "layer-a", ranges } }];

const holdout = (ranges: [number, number][]) => [
  { key: "holdout-a", ranges, experiments: ["exp"] },
];

const override = (id: string, condition: object, expiresAt?: number) => ({
  id,
  if: condition as never,
  then: { variation: "off" },
  reason: "support",
  ...(expiresAt !== undefined && { expiresAt }),
});

const needs = (...keys: string[]) => ({
  prerequisites: keys.map((key) => ({ flag: key, variations: ["on"] })),
});

describe("explainFlag", () => {
  it("says that there is no such flag", () => {
    expect(explain({}).steps).toEqual([{ kind: "flag", found: false }]);
  });

  it("stops at the kill switch, with its reason", () => {
    const killed = { variation: null, reason: "incident 7" };
    expect(explain({ flags: [flag({ key: KEY, killed })] }).steps).toEqual([
      { kind: "flag", found: true },
      { kind: "killed", killed: true, reason: "incident 7" },
    ]);
  });

  it("stops where the flag is off", () => {
    const { steps } = explain({ flags: [flag({ key: KEY, enabled: false })] });
    expect(steps.at(-1)).toEqual({ kind: "enabled", enabled: false });
  });

  it("comes to a static default straight away", () => {
    expect(explain({ flags: [flag({ key: KEY })] }).steps).toEqual([...FOUND, { kind: "default" }]);
  });

  it("shows overrides that are over, that do not hold, and the one that does", () => {
    const overrides = [
      override("over", isPro, NOON.now),
      override("misses", isFree, NOON.now + 1),
      override("holds", isPro),
      override("unasked", isPro),
    ];
    expect(explain({ flags: [flag({ key: KEY, overrides })] }).steps).toEqual([
      ...FOUND,
      {
        kind: "override",
        id: "over",
        expiresAt: NOON.now,
        expired: true,
        matched: false,
        condition: null,
      },
      {
        kind: "override",
        id: "misses",
        expiresAt: NOON.now + 1,
        expired: false,
        matched: false,
        condition: { ...PRO_HELD, held: false, value: "free" },
      },
      {
        kind: "override",
        id: "holds",
        expiresAt: null,
        expired: false,
        matched: true,
        condition: PRO_HELD,
      },
    ]);
  });

  it("explains a prerequisite inside, and only once when two ways lead to it", () => {
    const { evaluation, steps } = explain({
      flags: [
        flag({ key: KEY, ...needs("cart", "payment") }),
        flag({ key: "cart", ...needs("payment") }),
        flag({ key: "payment" }),
      ],
    });
    expect(evaluation).toMatchObject({ variation: "on" });
    const met = { kind: "prerequisite", variations: ["on"], served: "on", met: true };
    expect(steps).toEqual([
      ...FOUND,
      {
        ...met,
        flag: "cart",
        explanation: {
          evaluation: expect.objectContaining({ flag: "cart" }),
          steps: [
            ...FOUND,
            {
              ...met,
              flag: "payment",
              explanation: {
                evaluation: expect.objectContaining({ flag: "payment" }),
                steps: [...FOUND, { kind: "default" }],
              },
            },
            { kind: "default" },
          ],
        },
      },
      { ...met, flag: "payment", explanation: null },
      { kind: "default" },
    ]);
  });

  it("stops at the first prerequisite that is unmet", () => {
    const { steps } = explain({
      flags: [
        flag({
          key: KEY,
          prerequisites: [
            { flag: "a", variations: ["on"] },
            { flag: "b", variations: ["on"] },
          ],
        }),
        flag({ key: "a", enabled: false, offVariation: null }),
        flag({ key: "b" }),
      ],
    });
    expect(steps.at(-1)).toMatchObject({
      kind: "prerequisite",
      flag: "a",
      served: null,
      met: false,
    });
  });

  it("stays small where 64 layers of flags all need two of the next", () => {
    const flags = Array.from({ length: 63 }, (_, i) =>
      ["a", "b"].map((side) =>
        flag({
          key: i === 0 && side === "a" ? KEY : `${side}${i}`,
          prerequisites: ["a", "b"]
            .filter(() => i < 62)
            .map((next) => ({ flag: `${next}${i + 1}`, variations: ["on"] })),
        }),
      ),
    ).flat();
    expect(JSON.stringify(explain({ flags })).length).toBeLessThan(200_000);
  });

  it("shows each look into the target lists", () => {
    const targets = [
      { variation: "on", attribute: "org", values: ["org-1"] },
      { variation: "off", attribute: "targetingKey", values: ["user-1"] },
    ];
    expect(explain({ flags: [flag({ key: KEY, targets })] }).steps.slice(3)).toEqual([
      { kind: "target", attribute: "org", unit: null, matched: false },
      { kind: "target", attribute: "targetingKey", unit: "user-1", matched: true },
    ]);
  });

  it("shows each rule with its condition, and how the bucket fell", () => {
    expect(explain({ flags: [withRule(rollout(10))] }).steps.slice(3)).toEqual([
      { kind: "rule", id: "r1", name: "Pro", matched: true, condition: PRO_HELD },
      {
        kind: "rollout",
        attribute: "targetingKey",
        unit: "user-1",
        scheme: "unit-v2",
        salt: KEY,
        experiment: null,
        layer: null,
        holdouts: [],
        bucket: 4780,
        range: [0, 10_000],
        variation: "off",
      },
    ]);
  });

  it("shows the gap that a bucket fell into, and how a default rollout went on", () => {
    const fallback = {
      rollout: {
        unit: "targetingKey",
        variations: [
          { key: "on", weight: 40 },
          { key: "off", weight: 60 },
        ],
        salt: "exp-salt",
      },
    };
    const document = withRule(rollout(1), { default: fallback });
    const { evaluation, steps } = explain({ flags: [document] });
    expect(evaluation).toMatchObject({
      variation: "off",
      reason: "SPLIT",
      cause: "rule",
      rule: "r1",
    });
    expect(steps.slice(4)).toEqual([
      expect.objectContaining({
        salt: KEY,
        bucket: 4780,
        range: [1_000, 100_000],
        variation: null,
      }),
      expect.objectContaining({
        salt: "exp-salt",
        bucket: 44_473,
        range: [40_000, 100_000],
        variation: "off",
      }),
    ]);
  });

  it("says which unit a rollout lacks", () => {
    const { evaluation, steps } = explain({ flags: [withRule(rollout(10, { unit: "org.id" }))] });
    expect(evaluation).toMatchObject({ kind: "unit-missing", attribute: "org.id" });
    expect(steps.at(-1)).toMatchObject({
      attribute: "org.id",
      unit: null,
      bucket: null,
      range: null,
    });
  });

  it("says that no rule matched", () => {
    const { steps } = explain({ flags: [withRule({ variation: "off" })] }, { plan: "free" });
    expect(steps.slice(3)).toEqual([
      expect.objectContaining({ kind: "rule", matched: false }),
      { kind: "default" },
    ]);
  });

  describe("of an experiment", () => {
    const flags = [withRule(rollout(100, { salt: "exp-salt", experiment: "exp" }))];

    it("shows the buckets in layer and holdout of a unit that takes part", () => {
      const { steps } = explain({
        flags,
        experiments: layer([[6_000, 7_000]]),
        holdouts: holdout([[0, 100]]),
      });
      expect(steps.at(-1)).toMatchObject({
        experiment: "exp",
        layer: { key: "layer-a", bucket: 6_540, ranges: [[6_000, 7_000]], inside: true },
        holdouts: [{ key: "holdout-a", bucket: 23_339, ranges: [[0, 100]], inside: false }],
        bucket: null,
        variation: "off",
      });
    });

    it("shows the layer that a unit is outside of, and asks no further", () => {
      const { evaluation, steps } = explain({
        flags,
        experiments: layer([[0, 10]]),
        holdouts: holdout([[0, 100]]),
      });
      expect(evaluation).toMatchObject({ variation: "on", experiment: null });
      expect(steps.at(-1)).toMatchObject({
        layer: { bucket: 6_540, inside: false },
        holdouts: [],
        variation: null,
      });
    });

    it("shows the holdout that keeps a unit out", () => {
      const { evaluation, steps } = explain({ flags, holdouts: holdout([[23_000, 24_000]]) });
      expect(evaluation).toMatchObject({ variation: "on", experiment: null });
      expect(steps.at(-1)).toMatchObject({
        layer: null,
        holdouts: [{ bucket: 23_339, inside: true }],
        variation: null,
      });
    });
  });
});
