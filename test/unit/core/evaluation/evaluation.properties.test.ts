import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocateFlag } from "../../../../src/core/bucketing/allocate-flag.ts";
import { bucketsOfWeight } from "../../../../src/core/bucketing/buckets.ts";
import { epochMs } from "../../../../src/core/brand.ts";
import type { EvaluationContext } from "../../../../src/core/evaluation/context.ts";
import { evaluateAll, evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import { explainFlag } from "../../../../src/core/evaluation/explain-flag.ts";
import { canonicalJson } from "../../../../src/core/json.ts";
import { flag, NOON, rulesetOf } from "./build.ts";
import { fuzzRuleset } from "./fuzz-ruleset.ts";

/** 100,000 contexts; PROPERTY_RUNS=1000000 asks for more. */
const RUNS = Number(process.env["PROPERTY_RUNS"] ?? 100_000);

const RESERVED = ["__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty"];
const NAMES = [
  "targetingKey",
  "plan",
  "org",
  "org.id",
  "email",
  "age",
  "at",
  "version",
  "ip",
  "$now",
];
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.constantFrom(...RESERVED, "$geo", "id") },
  { weight: 1, arbitrary: fc.string() },
);
const text = fc.constantFrom(
  "pro",
  "free",
  "PRO",
  "",
  "a",
  "1.2.3",
  "10.1.2.3",
  "::1",
  "2025-05-05",
);
const leaf = fc.oneof(
  text,
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const value = fc.oneof(
  { weight: 6, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(name, leaf, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
// JSON text, as contexts arrive: a member named __proto__ is then an own one.
const context = fc.array(fc.tuple(name, value), { maxLength: 6 }).map((members) => {
  const json = members.map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member)}`);
  return JSON.parse(`{${json.join(",")}}`) as EvaluationContext;
});

const flagKeys = fuzzRuleset.flagsByKey.map(({ key }) => key);

describe("evaluating", () => {
  it(
    "answers every flag for every JSON context, the same way each time, as explained",
    { timeout: Math.max(60_000, RUNS) },
    () => {
      let run = 0;
      fc.assert(
        fc.property(context, fc.nat(10_000), (someone, now) => {
          const moment = { now: epochMs(now) };
          const all = evaluateAll(fuzzRuleset, someone, moment);
          const copy = structuredClone(someone);
          if (all.length !== flagKeys.length) throw new Error("a flag has no answer");
          for (const [index, answer] of all.entries()) {
            if (answer.flag !== flagKeys[index]) throw new Error("answers are not in order");
            const single = evaluateFlag(fuzzRuleset, answer.flag, copy, moment);
            if (single !== answer) throw new Error(`${answer.flag}: two answers`);
          }
          run += 1;
          const chosen = all[run % all.length]!;
          const explained = explainFlag(fuzzRuleset, chosen.flag, someone, moment);
          if (explained.evaluation !== chosen)
            throw new Error(`${chosen.flag}: explained otherwise`);
          JSON.stringify(explained);
        }),
        { numRuns: RUNS, seed: 9 },
      );
      expect(run).toBe(RUNS);
    },
  );

  it("survives contexts that are no JSON at all", () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("get");
        },
        getOwnPropertyDescriptor: () => {
          throw new Error("descriptor");
        },
      },
    );
    const cyclic: Record<string, unknown> = { targetingKey: "u" };
    cyclic["org"] = cyclic;
    for (const someone of [
      hostile,
      cyclic,
      { targetingKey: 5n, plan: Symbol("x"), org: () => 1 },
      Object.create({ targetingKey: "u", plan: "pro", age: 5 }),
      Object.assign(Object.create(null), { targetingKey: "u", plan: "pro", age: 5 }),
      // One member is as absent as another is there.
      {
        targetingKey: "u",
        plan: "pro",
        get age() {
          throw new Error("age");
        },
      },
      [],
      new Map(),
    ]) {
      const all = evaluateAll(fuzzRuleset, someone, NOON);
      expect(all).toHaveLength(flagKeys.length);
      for (const answer of all) {
        expect(evaluateFlag(fuzzRuleset, answer.flag, someone, NOON)).toBe(answer);
        JSON.stringify(explainFlag(fuzzRuleset, answer.flag, someone, NOON));
      }
    }
  });

  it.each(RESERVED.filter((each) => each !== "__proto__"))(
    "finds no flag %s that nobody made",
    (reserved) => {
      expect(evaluateFlag(fuzzRuleset, reserved, {}, NOON)).toEqual({
        kind: "not-found",
        flag: reserved,
      });
      const made = rulesetOf({ flags: [flag({ key: reserved })] });
      expect(evaluateFlag(made, reserved, {}, NOON)).toMatchObject({
        kind: "served",
        flag: reserved,
      });
    },
  );

  it("changes neither context nor moment", () => {
    const someone = Object.freeze({ targetingKey: "u", org: Object.freeze({ id: "x" }) });
    const before = canonicalJson(someone);
    evaluateAll(fuzzRuleset, someone, Object.freeze({ ...NOON }));
    expect(canonicalJson(someone)).toBe(before);
  });

  it("decides the flags that are named, in their order, and no others", () => {
    const some = fuzzRuleset.flagsByKey.filter(({ key }) => key.startsWith("leaf-1")).toReversed();
    const answers = evaluateAll(fuzzRuleset, {}, NOON, some);
    expect(answers.map((answer) => answer.flag)).toEqual(some.map(({ key }) => key));
    expect(some.length).toBeGreaterThan(1);
  });

  it("never takes a unit out of a variation whose share is raised, through any edits", () => {
    const units = Array.from({ length: 200 }, (_, i) => ({ targetingKey: `user-${i}` }));
    const weights = fc.tuple(fc.nat(100_000), fc.nat(100_000)).map(([a, b]) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      return [low / 1_000, (high - low) / 1_000] as const;
    });
    fc.assert(
      fc.property(fc.array(weights, { minLength: 2, maxLength: 8 }), (edits) => {
        let stored = withWeights(edits[0]!);
        stored = allocateFlag(stored, undefined);
        for (const edit of edits.slice(1)) {
          const next = allocateFlag(withWeights(edit), stored);
          const [before, after] = [rulesetOf({ flags: [stored] }), rulesetOf({ flags: [next] })];
          for (const unit of units) {
            const had = variationOf(before, unit);
            const has = variationOf(after, unit);
            if (had === has) continue;
            expect(weightOf(next, had)).toBeLessThan(weightOf(stored, had));
            expect(weightOf(next, has)).toBeGreaterThan(weightOf(stored, has));
          }
          stored = next;
        }
      }),
      { numRuns: 60, seed: 10 },
    );
  });
});

function withWeights([on, off]: readonly [number, number]) {
  return flag({
    type: "string",
    variations: ["on", "off", "rest"].map((key) => ({ key, value: key })),
    offVariation: null,
    default: { variation: "rest" },
    rules: [
      {
        id: "r1",
        if: { and: [] },
        then: {
          rollout: {
            unit: "targetingKey",
            variations: [
              { key: "on", weight: on },
              { key: "off", weight: off },
            ],
          },
        },
      },
    ],
  });
}

function variationOf(ruleset: typeof fuzzRuleset, unit: EvaluationContext): string {
  const answer = evaluateFlag(ruleset, "new-nav", unit, NOON);
  return answer.kind === "served" ? answer.variation : answer.kind;
}

/** In buckets; what is missing to 100 % belongs to `rest`. */
function weightOf(document: ReturnType<typeof withWeights>, variation: string): number {
  const then = document.rules[0]!.then;
  const shares = "rollout" in then ? then.rollout.variations : [];
  if (variation === "rest") {
    return 100_000 - shares.reduce((sum, { weight }) => sum + bucketsOfWeight(weight), 0);
  }
  return bucketsOfWeight(shares.find(({ key }) => key === variation)?.weight ?? 0);
}
