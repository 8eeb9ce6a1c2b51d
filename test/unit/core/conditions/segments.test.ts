import { describe, expect, it } from "vitest";
import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import { explainCondition } from "../../../../src/core/conditions/explain-condition.ts";
import { compileSegments } from "../../../../src/core/conditions/compile-segment.ts";
import { segmentReferences } from "../../../../src/core/conditions/segment-references.ts";
import type { Condition } from "../../../../src/core/documents/condition.ts";
import type { Issue } from "../../../../src/core/issue.ts";
import { conditionOf, segment, segmentsOf, subjectOf } from "./compile.ts";

const deps = { compilePattern: compileRe2 };

function problemsOf(documents: Readonly<Record<string, unknown>>): readonly Issue[] {
  const compiled = compileSegments(new Map(Object.entries(documents)), deps);
  return compiled.ok ? [] : compiled.error;
}

const refersTo = (key: string, ...others: readonly string[]): unknown =>
  segment({ key, rules: others.map((other) => ({ segment: other })) });

describe("compileSegments", () => {
  it.each([
    {
      name: "no object",
      document: 5,
      path: "/segments/a",
      message: "a segment is an object, not a number",
    },
    {
      name: "another key",
      document: segment({ key: "b" }),
      path: "/segments/a/key",
      message: '"key" says "b", and the segment is "a"',
    },
    {
      name: "no key",
      document: { included: [], excluded: [], rules: [] },
      path: "/segments/a/key",
      message: '"key" is missing',
    },
    {
      name: "a bad key",
      document: segment({ key: "-a" }),
      path: "/segments/a/key",
      message:
        '"key" is 1 to 128 letters, digits, dots, hyphens and underscores, not beginning with a sign; got "-a"',
    },
    {
      name: "a misspelt member",
      document: { ...segment({ key: "a" }), exluded: [] },
      path: "/segments/a/exluded",
      message: 'unknown member "exluded"; did you mean "excluded"?',
    },
    {
      name: "no list of units",
      document: { key: "a", excluded: [], rules: [] },
      path: "/segments/a/included",
      message: '"included" is missing; write [] for none',
    },
    {
      name: "a text for a list",
      document: { ...segment({ key: "a" }), excluded: "u1" },
      path: "/segments/a/excluded",
      message: '"excluded" is a list, not a text',
    },
    {
      name: "a number for a unit",
      document: { ...segment({ key: "a" }), included: ["u", 5] },
      path: "/segments/a/included/1",
      message: 'a unit is a text that is not empty; got 5; write "5"',
    },
    {
      name: "an empty unit",
      document: segment({ key: "a", excluded: [""] }),
      path: "/segments/a/excluded/0",
      message: 'a unit is a text that is not empty; got ""',
    },
    {
      name: "an empty unit attribute",
      document: segment({ key: "a", unit: "" }),
      path: "/segments/a/unit",
      message: '"unit" is the name of an attribute of at most 2000 characters; got ""',
    },
    {
      name: "a name that is no text",
      document: { ...segment({ key: "a" }), name: 5 },
      path: "/segments/a/name",
      message: '"name" is a text of at most 2000 characters; got 5',
    },
    {
      name: "rules that are no list",
      document: { ...segment({ key: "a" }), rules: {} },
      path: "/segments/a/rules",
      message: '"rules" is a list, not an object',
    },
    {
      name: "a bad rule",
      document: { ...segment({ key: "a" }), rules: [{ and: [] }, { or: 5 }] },
      path: "/segments/a/rules/1/or",
      message: '"or" holds a list of conditions, not a number',
    },
    {
      name: "an unknown segment",
      document: refersTo("a", "zzz"),
      path: "/segments/a/rules/0/segment",
      message: 'there is no segment "zzz"; create it first',
    },
  ])("refuses $name", ({ document, path, message }) => {
    expect(problemsOf({ a: document })).toMatchObject([{ path, message }]);
  });

  it("names the circle that segments make, once", () => {
    const circle = { a: refersTo("a", "b"), b: refersTo("b", "c"), c: refersTo("c", "a") };
    expect(problemsOf({ ...circle, d: refersTo("d", "a") })).toEqual([
      {
        path: "/segments/c/rules/0/segment",
        code: "segment.cycle",
        message: "segments refer to each other in a circle: a → b → c → a; take one reference out",
      },
    ]);
    expect(problemsOf({ a: refersTo("a", "a") })).toMatchObject([
      { message: "segments refer to each other in a circle: a → a; take one reference out" },
    ]);
  });

  it("sees circles behind not, and, or, and lists of segments", () => {
    const rules: Condition[] = [{ not: { and: [{ operator: "in_segment", value: ["b"] }] } }];
    const circle = { a: segment({ key: "a", rules }), b: refersTo("b", "a") };
    expect(problemsOf(circle).map((issue) => issue.code)).toEqual(["segment.cycle"]);
  });

  it("lets a segment be referred to in two ways", () => {
    const documents = {
      a: refersTo("a", "b", "c"),
      b: refersTo("b", "d"),
      c: refersTo("c", "d"),
      d: refersTo("d"),
    };
    expect(problemsOf(documents)).toEqual([]);
  });

  it.each(["from the top", "from the bottom"])(
    "refuses more than sixteen levels, met %s",
    (way) => {
      const chain = (length: number): Record<string, unknown> => {
        const keys = Array.from({ length }, (_, index) => `s${index}`);
        const entries = keys.map((key, index): [string, unknown] => [
          key,
          index + 1 < length ? refersTo(key, `s${index + 1}`) : refersTo(key),
        ]);
        return Object.fromEntries(way === "from the top" ? entries : entries.toReversed());
      };
      expect(problemsOf(chain(16))).toEqual([]);
      expect(problemsOf(chain(17)).map((issue) => issue.code)).toEqual(["segment.too-deep"]);
      expect(problemsOf(chain(2_000)).every((issue) => issue.code === "segment.too-deep")).toBe(
        true,
      );
    },
  );

  it("reports what is wrong with every segment, at the paths the caller asks for", () => {
    const documents = new Map<string, unknown>([
      ["a", 1],
      ["b", { ...segment({ key: "b" }), rules: [null] }],
    ]);
    const compiled = compileSegments(documents, {
      ...deps,
      pathOf: (key) => (key === "b" ? "" : `/others/${key}`),
    });
    expect(compiled.ok ? [] : compiled.error.map((issue) => issue.path)).toEqual([
      "/others/a",
      "/rules/0",
    ]);
  });

  it("counts the conditions of each segment for itself", () => {
    const rules = Array.from({ length: 1_000 }, () => ({ and: [] }));
    expect(
      problemsOf({ a: segment({ key: "a", rules }), b: segment({ key: "b", rules }) }),
    ).toEqual([]);
    const more = problemsOf({ a: segment({ key: "a", rules: [...rules, { and: [] }] }) });
    expect(more).toMatchObject([{ path: "/segments/a/rules/1000", code: "condition.too-many" }]);
  });

  it("does the same work for a segment once in a call, however often it is named", () => {
    const keys = Array.from({ length: 15 }, (_, index) => `s${index}`);
    const documents = keys.map((key, index) => {
      const next = { segment: keys[index + 1] ?? "end" };
      return segment({ key, rules: [{ and: [next, next, next, next, { or: [next, next] }] }] });
    });
    const all = [...documents, segment({ key: "end", included: ["u"] })];
    const compiled = conditionOf({ segment: "s0" }, all);
    expect(compiled.holds(subjectOf({ targetingKey: "u" }))).toBe(true);
    expect(compiled.holds(subjectOf({ targetingKey: "v" }))).toBe(false);
    expect(
      JSON.stringify(explainCondition(compiled, subjectOf({ targetingKey: "u" }))).length,
    ).toBeLessThan(50_000);
  });

  it("answers each subject for itself when two are asked in turn", () => {
    const condition = conditionOf({ segment: "s" }, [segment({ key: "s", included: ["u"] })]);
    const [inside, outside] = [subjectOf({ targetingKey: "u" }), subjectOf({ targetingKey: "v" })];
    expect([inside, outside, inside, outside].map((one) => condition.holds(one))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

describe("compileSegments after a change", () => {
  const documents = [
    segment({ key: "base", included: ["u"] }),
    segment({ key: "middle", rules: [{ segment: "base" }] }),
    segment({ key: "top", rules: [{ segment: "middle" }] }),
    segment({ key: "other", included: ["x"] }),
  ];
  const before = segmentsOf(documents);
  const changed = new Map<string, unknown>(documents.map((document) => [document.key, document]));

  it("keeps every matcher when nothing changed", () => {
    const after = compileSegments(changed, deps, before);
    expect(after.ok && [...after.value].every(([key, each]) => each === before.get(key))).toBe(
      true,
    );
  });

  it("compiles what changed and what refers to it, and keeps the others", () => {
    const next = new Map(changed).set("base", segment({ key: "base", included: ["v"] }));
    const after = compileSegments(next, deps, before);
    if (!after.ok) throw new Error(JSON.stringify(after.error));
    const kept = [...after.value].filter(([key, each]) => each === before.get(key));
    expect(kept.map(([key]) => key)).toEqual(["other"]);
    const top = after.value.get("top");
    expect(top?.holds(subjectOf({ targetingKey: "v" }))).toBe(true);
    expect(top?.holds(subjectOf({ targetingKey: "u" }))).toBe(false);
    expect(before.get("top")?.holds(subjectOf({ targetingKey: "u" }))).toBe(true);
  });

  it("refuses a change that makes a circle of unchanged segments", () => {
    const next = new Map(changed).set("base", refersTo("base", "top"));
    for (const order of [[...next], [...next].toReversed()]) {
      const after = compileSegments(new Map(order), deps, before);
      expect(after.ok ? [] : after.error.map((issue) => issue.code)).toEqual(["segment.cycle"]);
    }
  });

  it("refuses to take away what an unchanged segment refers to", () => {
    const next = new Map(changed);
    next.delete("base");
    const after = compileSegments(next, deps, before);
    expect(after.ok ? [] : after.error).toMatchObject([
      { path: "/segments/middle/rules/0/segment" },
    ]);
  });
});

describe("segmentReferences", () => {
  it("lists each segment once, from every form that names one", () => {
    const condition: Condition = {
      and: [
        { segment: "a" },
        { or: [{ not: { segment: "b" } }, { segment: "a" }] },
        { operator: "in_segment", value: ["c", "a"] },
        { operator: "not_in_segment", value: "d" },
        { attribute: "groups", operator: "in_segment", value: ["e"] },
        { attribute: "a", operator: "eq", value: "f" },
      ],
    };
    expect(segmentReferences(condition)).toEqual(["a", "b", "c", "d"]);
  });

  it("agrees with what compiling a segment found", () => {
    const matchers = segmentsOf([
      segment({
        key: "a",
        rules: [{ not: { segment: "b" } }, { operator: "in_segment", value: "c" }],
      }),
      segment({ key: "b" }),
      segment({ key: "c" }),
    ]);
    expect(matchers.get("a")?.references).toEqual(["b", "c"]);
  });
});
