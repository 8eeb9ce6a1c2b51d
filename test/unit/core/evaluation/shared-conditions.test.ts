import { describe, expect, it } from "vitest";
import type { AttributeCondition } from "../../../../src/core/documents/condition.ts";
import type { Rule } from "../../../../src/core/documents/flag.ts";
import { evaluateAll, evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import { explainFlag } from "../../../../src/core/evaluation/explain-flag.ts";
import { compile, flag, issuesOf, NOON, rulesetOf } from "./build.ts";

const rule = (value: unknown): Rule => ({
  id: "r",
  if: { attribute: "plan", operator: "in", value } as AttributeCondition,
  then: { variation: "on" },
});
const KEYS = ["a", "b", "c"];
const ruleset = rulesetOf({
  flags: KEYS.map((key) => flag({ key, rules: [rule(key === "c" ? ["free"] : ["pro", "max"])] })),
});
const planOf = (plan: unknown) => ({ targetingKey: "u", plan });

describe("comparisons that several flags write alike", () => {
  it("say of each context what they say when asked alone, in any order", () => {
    for (const plan of ["pro", "free", ["free", "max"], null, "pro", "other", "max", "max"]) {
      const alone = KEYS.map((key) => evaluateFlag(ruleset, key, planOf(plan), NOON));
      expect(evaluateAll(ruleset, planOf(plan), NOON)).toEqual(alone);
      expect(KEYS.map((key) => explainFlag(ruleset, key, planOf(plan), NOON).evaluation)).toEqual(
        alone,
      );
    }
  });

  it("are asked once for all flags of a call, and again in the next", () => {
    let reads = 0;
    const plan = new Proxy(["pro"], {
      get: (list, name, self) => {
        if (name === "0") reads += 1;
        return Reflect.get(list, name, self) as unknown;
      },
    });
    for (const calls of [1, 2]) {
      evaluateAll(ruleset, planOf(plan), NOON);
      // One for the comparison that two flags share, one for the third flag's own.
      expect(reads).toBe(2 * calls);
    }
  });

  it("are each refused where they stand, when they are wrong", () => {
    const flags = KEYS.map((key) => flag({ key, rules: [rule("no list")] }));
    const paths = issuesOf(compile({ flags })).map(({ path }) => path);
    expect(paths).toEqual(KEYS.map((key) => `/flags/${key}/rules/0/if/value`));
  });
});
