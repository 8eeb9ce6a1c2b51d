import { describe, expect, it } from "vitest";
import type { FlagDocument, Rollout } from "../../../../src/core/documents/flag.ts";
import { AllFlags, evaluateAll, evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import type { FlagEvaluation } from "../../../../src/core/evaluation/evaluation.ts";
import { flag, NOON, rulesetOf } from "./build.ts";

/** So many variations, with equal shares. */
function shared(key: string, count: number, more: Partial<Rollout> = {}): FlagDocument {
  const variations = Array.from({ length: count }, (_, at) => ({ key: `v${at}`, value: at }));
  const shares = variations.map((variation) => ({ key: variation.key, weight: 100 / count }));
  const rollout = { unit: "targetingKey", variations: shares, ...more } as Rollout;
  return flag({ key, type: "integer", variations, offVariation: "v0", default: { rollout } });
}

const half = (key: string, parts: Partial<FlagDocument> = {}): FlagDocument => {
  const variations = ["on", "off"].map((each) => ({ key: each, weight: 50 }));
  return flag({ key, default: { rollout: { unit: "targetingKey", variations } }, ...parts });
};

const isPro = { attribute: "plan", operator: "eq", value: "pro" } as const;
const fromUser9 = { attribute: "targetingKey", operator: "ends_with", value: ["9"] } as const;

const ruleset = rulesetOf({
  flags: [
    half("a-half"),
    half("b-killed", { killed: { variation: "off", reason: "too slow" } }),
    half("c-off", { enabled: false, offVariation: null }),
    shared("d-two", 2),
    shared("e-eight", 8),
    shared("f-ten", 10),
    shared("g-by-organisation", 4, { unit: "org" }),
    shared("h-other-scheme", 4, { scheme: "sha256-10000" }),
    half("i-needs-a-half", { prerequisites: [{ flag: "a-half", variations: ["on"] }] }),
    half("j-targets", {
      targets: [{ variation: "off", attribute: "targetingKey", values: ["user-7"] }],
    }),
    half("k-rules", {
      rules: [
        { id: "r1", if: isPro, then: { variation: "on" } },
        { id: "r2", if: fromUser9, then: { variation: "off" } },
      ],
    }),
    // Nine in ten users are left to the default.
    half("l-partly", {
      rules: [
        {
          id: "r1",
          if: isPro,
          then: {
            rollout: { unit: "targetingKey", variations: [{ key: "on", weight: 10 }] },
          },
        },
      ],
    }),
    flag({ key: "m-everyone", rules: [{ id: "r1", if: isPro, then: { variation: "off" } }] }),
  ],
});
const KEYS = ruleset.flagsByKey.map(({ key }) => key);

const CONTEXTS = [
  {},
  { targetingKey: "" },
  { targetingKey: 5 },
  { plan: "pro" },
  { org: "o-1" },
  ...Array.from({ length: 300 }, (_, at) => ({
    targetingKey: `user-${at}`,
    plan: at % 3 === 0 ? "pro" : "free",
    ...(at % 2 === 0 ? { org: `o-${at}` } : {}),
  })),
];

describe("all flags at once", () => {
  // Laid out when they are asked for the second time.
  evaluateAll(ruleset, {}, NOON);

  it("give the very answers that each gives alone", () => {
    const given = new Set<FlagEvaluation>();
    for (const context of CONTEXTS) {
      const alone = KEYS.map((key) => evaluateFlag(ruleset, key, context, NOON));
      const all = evaluateAll(ruleset, context, NOON);
      expect(all.map((answer, at) => answer === alone[at])).toEqual(KEYS.map(() => true));
      for (const answer of all) given.add(answer);
    }
    // Every variation, and every way to have none, was there.
    expect(given.size).toBeGreaterThan(45);
  });

  it("are asked again for a context that a member of another one evaluates meanwhile", () => {
    const inner = { targetingKey: "user-9", plan: "free" };
    const outer = {
      targetingKey: "user-1",
      get plan() {
        expect(evaluateAll(ruleset, inner, NOON)).toEqual(
          KEYS.map((key) => evaluateFlag(ruleset, key, inner, NOON)),
        );
        return "pro";
      },
    };
    const plain = { targetingKey: "user-1", plan: "pro" };
    expect(evaluateAll(ruleset, outer, NOON)).toEqual(evaluateAll(ruleset, plain, NOON));
  });

  it("make once what is made of an answer, and give it each time", () => {
    let made = 0;
    const flags = ruleset.flagsByKey.filter(({ key }) => /^[ade]-/.test(key));
    const texts = new AllFlags(flags, (answer) => {
      made += 1;
      return { text: JSON.stringify(answer) };
    });
    texts.evaluate(ruleset, {}, NOON);
    made = 0;
    const seen = new Set<object>();
    for (const context of CONTEXTS.slice(5)) {
      const all = texts.evaluate(ruleset, context, NOON);
      const answers = evaluateAll(ruleset, context, NOON, flags);
      expect(all.map(({ text }) => text)).toEqual(answers.map((each) => JSON.stringify(each)));
      for (const each of all) seen.add(each);
    }
    expect(made).toBe(2 + 2 + 8);
    expect(seen.size).toBe(made);
  });
});
