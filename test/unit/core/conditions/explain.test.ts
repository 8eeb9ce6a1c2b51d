import { describe, expect, it } from "vitest";
import { explainCondition } from "../../../../src/core/conditions/explain-condition.ts";
import { shown } from "../../../../src/core/conditions/shown.ts";
import { traceValue } from "../../../../src/core/conditions/trace-value.ts";
import { conditionOf, segment, subjectOf } from "./compile.ts";

function noteOf(operator: string, value: unknown, actual: unknown): unknown {
  const trace = explainCondition(
    conditionOf({ attribute: "a", operator, value }),
    subjectOf({ a: actual }),
  );
  return "note" in trace ? trace.note : undefined;
}

describe("explain", () => {
  it.each([
    { operator: "eq", value: "x", actual: "y", note: undefined },
    { operator: "eq", value: "x", actual: undefined, note: 'the context has no "a"' },
    { operator: "neq", value: "x", actual: null, note: 'the context has no "a"' },
    { operator: "eq", value: "1", actual: 1, note: "1 is a number, and is compared with a text" },
    {
      operator: "in",
      value: ["x", 1],
      actual: true,
      note: "true is true or false, and is compared with a text or a finite number",
    },
    {
      operator: "eq",
      value: "x",
      actual: {},
      note: "the value is an object, and is compared with a text",
    },
    { operator: "eq", value: "x", actual: [], note: "the list is empty" },
    {
      operator: "eq",
      value: "x",
      actual: ["y", 2],
      note: "item 2, 2, is a number, and is compared with a text",
    },
    { operator: "contains", value: "x", actual: 5, note: "5 is a number, not a text" },
    {
      operator: "matches",
      value: "x",
      actual: "x".repeat(10_001),
      note: `${shown("x".repeat(10_001))} has 10001 characters; this pattern reads at most 10000`,
    },
    {
      operator: "not_matches",
      value: "x",
      actual: ["y", null],
      note: "item 2, null, is nothing, not a text",
    },
    { operator: "lt", value: 5, actual: "4", note: '"4" is a text, not a number' },
    { operator: "lt", value: 5, actual: Number.NaN, note: '"(NaN)" is not a finite number' },
    {
      operator: "before",
      value: 5,
      actual: "soon",
      note: '"soon" is not an ISO 8601 date such as 2026-01-31T09:30:00Z',
    },
    {
      operator: "after",
      value: 5,
      actual: "2023-02-29",
      note: '"2023-02-29" has no day 29 in that month',
    },
    {
      operator: "semver_gte",
      value: "1.0.0",
      actual: "1.2",
      note: '"1.2" is not a SemVer version; write 1.2.0',
    },
    {
      operator: "semver_range",
      value: "^1",
      actual: 1,
      note: "1 is a number, not a version in a text",
    },
    {
      operator: "ip_not_in",
      value: ["10.0.0.0/8"],
      actual: "localhost",
      note: '"localhost" is not an IPv4 or IPv6 address',
    },
    {
      operator: "in_segment",
      value: ["x"],
      actual: 1,
      note: "1 is a number, and is compared with a text",
    },
  ])("says of $actual with $operator: $note", ({ operator, value, actual, note }) => {
    expect(noteOf(operator, value, actual)).toBe(note);
  });

  it("shows the condition, the actual value and the outcome of every part", () => {
    const condition = {
      and: [
        { attribute: "plan", operator: "in", value: ["PRO"], ignoreCase: true },
        { not: { attribute: "user.age", operator: "gte", value: 18 } },
        { or: [{ attribute: "$geo.country", operator: "eq", value: "NO" }] },
        { attribute: "email", operator: "exists" },
      ],
    };
    const subject = subjectOf({ plan: "pro", user: { age: 17 } });
    expect(explainCondition(conditionOf(condition), subject)).toEqual({
      kind: "and",
      held: false,
      conditions: [
        {
          kind: "attribute",
          held: true,
          attribute: "plan",
          operator: "in",
          value: ["PRO"],
          ignoreCase: true,
          actual: "pro",
        },
        {
          kind: "not",
          held: true,
          condition: {
            kind: "attribute",
            held: false,
            attribute: "user.age",
            operator: "gte",
            value: 18,
            actual: 17,
          },
        },
        {
          kind: "or",
          held: false,
          conditions: [
            {
              kind: "attribute",
              held: false,
              attribute: "$geo.country",
              operator: "eq",
              value: "NO",
              note: 'the platform did not say "$geo.country"',
            },
          ],
        },
        {
          kind: "attribute",
          held: false,
          attribute: "email",
          operator: "exists",
          note: 'the context has no "email"',
        },
      ],
    });
  });

  it("shows a segment's rules where it is first met, and its outcome wherever it is named", () => {
    const segments = [
      segment({ key: "s", included: ["u1"], rules: [{ attribute: "a", operator: "exists" }] }),
    ];
    const condition = { or: [{ segment: "s" }, { operator: "in_segment", value: ["s"] }] };
    const rule = { kind: "attribute", held: true, attribute: "a", operator: "exists", actual: 1 };
    const traced = {
      segment: "s",
      held: true,
      cause: "rule",
      attribute: "targetingKey",
      unit: "u2",
    };
    expect(
      explainCondition(conditionOf(condition, segments), subjectOf({ targetingKey: "u2", a: 1 })),
    ).toEqual({
      kind: "or",
      held: true,
      conditions: [
        { kind: "segment", held: true, segment: { ...traced, rules: [rule] } },
        { kind: "segments", held: true, operator: "in_segment", segments: [traced] },
      ],
    });
    const included = explainCondition(
      conditionOf({ segment: "s" }, segments),
      subjectOf({ targetingKey: "u1" }),
    );
    expect(included).toEqual({
      kind: "segment",
      held: true,
      segment: {
        segment: "s",
        held: true,
        cause: "included",
        attribute: "targetingKey",
        unit: "u1",
      },
    });
  });

  it("cuts long values, and stays JSON whatever the context holds", () => {
    const long = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);
    const compiled = conditionOf({ attribute: "a", operator: "in", value: long });
    const text = JSON.stringify(explainCondition(compiled, subjectOf({ a: "x".repeat(100_000) })));
    expect(text.length).toBeLessThan(2_000);
    expect(text).toContain("… 9980 more");
  });
});

describe("traceValue", () => {
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;

  it.each([
    { name: "a text", value: "x", expected: "x" },
    { name: "null", value: null, expected: null },
    { name: "nothing", value: undefined, expected: undefined },
    { name: "infinity", value: Number.POSITIVE_INFINITY, expected: "(Infinity)" },
    { name: "a function", value: () => 1, expected: "(a function)" },
    { name: "a big integer", value: 1n, expected: "(a bigint)" },
    { name: "nested members", value: { a: [1, { b: undefined }] }, expected: { a: [1, {}] } },
    { name: "a circle", value: circular, expected: { self: { self: { self: { self: "…" } } } } },
  ])("copies $name", ({ value, expected }) => {
    expect(traceValue(value)).toEqual(expected);
  });

  it("says so when a value cannot be read", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(traceValue(proxy)).toBe("(unreadable)");
  });

  it("keeps an own __proto__ a member", () => {
    const copied = traceValue(JSON.parse('{"__proto__":{"a":1}}'));
    expect(JSON.stringify(copied)).toBe('{"__proto__":{"a":1}}');
  });
});
