import { describe, expect, it } from "vitest";
import type { Condition } from "../../../../src/core/documents/condition.ts";
import { type CheckedFlag, checkFlag } from "../../../../src/core/evaluation/check-flag.ts";
import type { Issue } from "../../../../src/core/issue.ts";
import vectors from "../../../vectors/bad-flags.json" with { type: "json" };
import { deps, flag } from "./build.ts";

interface Row {
  readonly name: string;
  readonly flag?: object;
  readonly without?: readonly string[];
  readonly document?: unknown;
  readonly expectedIssues: readonly Issue[];
}

interface Checked {
  readonly checked: CheckedFlag | undefined;
  readonly issues: readonly Issue[];
}

function check(document: unknown): Checked {
  const issues: Issue[] = [];
  const checked = checkFlag(document, "", { ...deps, issues, segment: () => undefined });
  return { checked, issues };
}

function documentOf(row: Row): unknown {
  if (row.document !== undefined) return row.document;
  const whole = Object.entries({ ...vectors.base, ...row.flag });
  return Object.fromEntries(whole.filter(([name]) => row.without?.includes(name) !== true));
}

const ALWAYS: Condition = { and: [] };
const PAIR: Condition = { and: [{ or: [] }] };

const rulesWith = (count: number, condition: Condition) =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    if: condition,
    then: { variation: "on" },
  }));

describe("checkFlag", () => {
  it.each(vectors.rows as readonly Row[])("refuses $name, and says so", (row) => {
    const { checked, issues } = check(documentOf(row));
    expect(checked).toBeUndefined();
    expect(issues).toEqual(row.expectedIssues);
  });

  it("accepts the base that the bad flags differ from", () => {
    const { checked, issues } = check(vectors.base);
    expect(issues).toEqual([]);
    expect(checked?.document).toBe(vectors.base);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses %s as a float and as a weight",
    (bad) => {
      const float = flag({
        type: "float",
        variations: [{ key: "on", value: bad }],
        offVariation: null,
      });
      expect(check(float).issues.map(({ code }) => code)).toEqual(["variation.wrong-type"]);
      const rollout = { unit: "targetingKey", variations: [{ key: "on", weight: bad }] };
      const weighted = flag({ rules: [{ id: "r1", if: { and: [] }, then: { rollout } }] });
      expect(check(weighted).issues.map(({ code }) => code)).toEqual(["rollout.weight"]);
    },
  );

  it("refuses 1,001 rules, and 1,001 conditions in one flag", () => {
    const manyRules = check(flag({ rules: rulesWith(1_001, ALWAYS) }));
    expect(manyRules.issues.map(({ path, code }) => [path, code])).toEqual([
      ["/rules", "document.limit"],
    ]);
    const manyConditions = check(flag({ rules: rulesWith(501, PAIR) }));
    expect(manyConditions.checked).toBeUndefined();
    expect(manyConditions.issues.map(({ code }) => code)).toEqual(["condition.too-many"]);
    expect(check(flag({ rules: rulesWith(500, PAIR) })).issues).toEqual([]);
  });

  it("points into a condition that is wrong", () => {
    const bad = flag({
      rules: [
        {
          id: "r1",
          if: { and: [{ attribute: "a", operator: "eqq" } as never] },
          then: { variation: "on" },
        },
      ],
    });
    expect(check(bad).issues.map(({ path }) => path)).toEqual([
      expect.stringMatching(/^\/rules\/0\/if\/and\/0/),
    ]);
  });

  it("accepts weights that only look inexact in binary", () => {
    for (const weight of [33.333, 0.001, 0.07, 64.1, 99.999, 8.2]) {
      const rollout = { unit: "u", variations: [{ key: "on", weight }] };
      const { issues } = check(flag({ rules: [{ id: "r", if: { and: [] }, then: { rollout } }] }));
      expect(issues).toEqual([]);
    }
  });
});
