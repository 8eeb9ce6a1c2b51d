import { explainCondition } from "../../../../src/core/conditions/explain-condition.ts";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OPERATORS } from "../../../../src/core/documents/condition.ts";
import type { SegmentDocument } from "../../../../src/core/documents/segment.ts";
import type {
  EvaluationContext,
  PlatformAttributes,
} from "../../../../src/core/evaluation/context.ts";
import type { Issue } from "../../../../src/core/issue.ts";
import { conditionOf, issuesOf, segment, subjectOf } from "./compile.ts";

interface GoodRow {
  readonly name: string;
  /** `operator/situation`, when the row stands for one. */
  readonly covers?: string;
  readonly condition: unknown;
  readonly context: EvaluationContext;
  readonly now?: number;
  readonly platform?: PlatformAttributes;
  readonly segments?: readonly SegmentDocument[];
  readonly expected: boolean;
}

interface BadRow {
  readonly name: string;
  readonly condition: unknown;
  readonly expectedIssues: readonly Issue[];
}

/** Parsed as JSON: a module loader would take an own `__proto__` for the prototype. */
function rowsOf(file: string): readonly unknown[] {
  return JSON.parse(readFileSync(`${import.meta.dirname}/../../../vectors/${file}`, "utf8")).rows;
}

const goodRows = rowsOf("conditions.json") as readonly GoodRow[];
const badRows = rowsOf("bad-conditions.json") as readonly BadRow[];
const SITUATIONS = ["match", "no-match", "absent", "wrong-type", "list"];

describe("conditions.json", () => {
  it.each(goodRows)("$name → $expected", ({ condition, context, expected, ...row }) => {
    const compiled = conditionOf(condition, row.segments);
    const subject = subjectOf(context, row);
    expect(compiled.holds(subject)).toBe(expected);
    expect(compiled.holds(subject)).toBe(expected);
    expect(explainCondition(compiled, subjectOf(context, row)).held).toBe(expected);
  });

  it("shows every operator in every situation", () => {
    const covered = new Set(goodRows.map((row) => row.covers));
    const wanted = OPERATORS.flatMap((operator) =>
      SITUATIONS.map((situation) => `${operator}/${situation}`),
    );
    expect(wanted.filter((each) => !covered.has(each))).toEqual([]);
  });

  it("says of a row that it covers an operator only if the row uses it", () => {
    const wrong = goodRows.filter(({ covers, condition }) => {
      const [operator] = covers?.split("/") ?? [];
      return covers !== undefined && (condition as { operator: string }).operator !== operator;
    });
    expect(wrong).toEqual([]);
  });

  it("has a name of its own for every row", () => {
    expect(new Set(goodRows.map((row) => row.name)).size).toBe(goodRows.length);
    expect(goodRows.length).toBeGreaterThanOrEqual(230);
  });
});

describe("bad-conditions.json", () => {
  const segments = [segment({ key: "beta-testers" })];

  it.each(badRows)("$name", ({ condition, expectedIssues }) => {
    expect(issuesOf(condition, segments)).toEqual(expectedIssues);
  });

  it("has a bad value for every operator that takes one", () => {
    const text = JSON.stringify(badRows);
    const missing = OPERATORS.filter((operator) => !text.includes(`"operator":"${operator}"`));
    expect(missing).toEqual([]);
    expect(badRows.length).toBeGreaterThanOrEqual(60);
  });
});
