import { explainCondition } from "../../../../src/core/conditions/explain-condition.ts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OPERATORS } from "../../../../src/core/documents/condition.ts";
import { conditionOf, issuesOf, segment, subjectOf } from "./compile.ts";

const RUNS = { numRuns: 3_000 };
const NAMES = ["a", "b", "a.b", "targetingKey", "__proto__", "constructor", "$now", "$geo.country"];
const SEGMENTS = [
  segment({ key: "one", included: ["u1"], excluded: ["u2"] }),
  segment({ key: "two", rules: [{ segment: "one" }, { attribute: "a", operator: "exists" }] }),
];

/** A good value for each operator, so that nearly all generated conditions compile. */
const VALUES: Readonly<Record<(typeof OPERATORS)[number], fc.Arbitrary<unknown>>> = {
  eq: fc.constantFrom("x", 1, true),
  neq: fc.constantFrom("x", 1, true),
  in: fc.array(fc.constantFrom("x", "y", 1, 2, true), { maxLength: 4 }),
  not_in: fc.array(fc.constantFrom("x", "y", 1, 2, true), { maxLength: 4 }),
  contains: fc.constantFrom("x", ["x", "1"], []),
  not_contains: fc.constantFrom("x", ["x", "1"], []),
  starts_with: fc.constantFrom("x", ["x", "1"]),
  ends_with: fc.constantFrom("x", ["x", "1"]),
  matches: fc.constantFrom("x+", "^$", "[0-9]"),
  not_matches: fc.constantFrom("x+", "^$", "[0-9]"),
  lt: fc.double({ noNaN: true, noDefaultInfinity: true }),
  lte: fc.integer(),
  gt: fc.integer(),
  gte: fc.integer(),
  between: fc.constantFrom([0, 10], [-1, -1]),
  before: fc.constantFrom("2026-01-01", 5, "2026-01-01T00:00:00+02:00"),
  after: fc.constantFrom("2026-01-01", 5),
  semver_eq: fc.constantFrom("1.0.0", "1.2.3-rc.1"),
  semver_lt: fc.constantFrom("1.0.0", "1.2.3-rc.1"),
  semver_lte: fc.constantFrom("1.0.0", "1.2.3-rc.1"),
  semver_gt: fc.constantFrom("1.0.0", "1.2.3-rc.1"),
  semver_gte: fc.constantFrom("1.0.0", "1.2.3-rc.1"),
  semver_range: fc.constantFrom("^1.2", ">=1 <2 || 3.x"),
  ip_in: fc.constantFrom(["10.0.0.0/8"], ["::/0"], []),
  ip_not_in: fc.constantFrom(["10.0.0.0/8"], ["::/0"], []),
  exists: fc.constant(undefined),
  not_exists: fc.constant(undefined),
  in_segment: fc.constantFrom("one", ["x"], []),
  not_in_segment: fc.constantFrom("one", ["x"], []),
};

const leaf = fc
  .record({ attribute: fc.constantFrom(...NAMES), operator: fc.constantFrom(...OPERATORS) })
  .chain(({ attribute, operator }) =>
    VALUES[operator].map((value) =>
      value === undefined ? { attribute, operator } : { attribute, operator, value },
    ),
  );

const { condition } = fc.letrec<{ condition: unknown }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.constantFrom({ segment: "one" }, { segment: "two" }),
    fc.constant({ operator: "not_in_segment", value: ["one", "two"] }),
    tie("condition").map((not) => ({ not })),
    fc.array(tie("condition"), { maxLength: 4 }).map((and) => ({ and })),
    fc.array(tie("condition"), { maxLength: 4 }).map((or) => ({ or })),
  ),
}));

/** Texts and numbers that operators can read, among any others. */
const TEXTS = [
  "x",
  "1",
  "",
  "u1",
  "u2",
  "1.2.3",
  "1.2.3-rc.1",
  "10.1.2.3",
  "::1",
  "2026-01-01",
  "🚀",
];
const OTHERS = [0, 1, -1, 5, 1e300, true, false, null, [], {}, ["x", 1], ["10.1.2.3", "?"]];
const telling = fc.constantFrom<unknown>(...TEXTS, ...OTHERS);
const value = fc.oneof(telling, fc.jsonValue({ maxDepth: 3 }));
const context = fc.oneof(
  fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(value, fc.record({ b: value }))),
  fc.dictionary(fc.string(), value),
);

describe("conditions", () => {
  it("answer for every condition and every JSON context, the same each time, and explain it", () => {
    fc.assert(
      fc.property(condition, context, (written, given) => {
        // As it arrives: through JSON, which has no minus zero.
        const input = JSON.parse(JSON.stringify(written));
        const compiled = conditionOf(input, SEGMENTS);
        const held = compiled.holds(subjectOf(given));
        const again = subjectOf(JSON.parse(JSON.stringify(given)));
        const trace = explainCondition(compiled, again);
        expect(compiled.holds(again)).toBe(held);
        expect(conditionOf(input, SEGMENTS).holds(subjectOf(given))).toBe(held);
        expect(trace.held).toBe(held);
        expect(JSON.parse(JSON.stringify(trace))).toEqual(trace);
      }),
      RUNS,
    );
  });

  it("hold for a list as the positive operator does for one element, the negative for all", () => {
    const pairs = [
      ["eq", "neq", "x"],
      ["in", "not_in", ["x", 1]],
      ["contains", "not_contains", "x"],
      ["matches", "not_matches", "x"],
      ["ip_in", "ip_not_in", ["10.0.0.0/8"]],
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.array(value),
        ([positive, negative, with_], list) => {
          const holds = (operator: string, a: unknown): boolean =>
            conditionOf({ attribute: "a", operator, value: with_ }).holds(subjectOf({ a }));
          const scalars = list.filter((item) => !Array.isArray(item));
          expect(holds(positive, scalars)).toBe(scalars.some((item) => holds(positive, item)));
          expect(holds(negative, scalars)).toBe(scalars.every((item) => holds(negative, item)));
          for (const item of scalars) {
            expect(holds(positive, item) && holds(negative, item)).toBe(false);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("never match a reserved name by inheritance, on no path and for no operator", () => {
    const reserved = Object.getOwnPropertyNames(Object.prototype);
    const paths = reserved.flatMap((name) => [name, `a.${name}`, `${name}.name`]);
    const plain = { a: { b: 1 }, list: [1], text: "x" };
    for (const attribute of [...paths, "list.length", "text.length", "list.0", "text.0"]) {
      expect(conditionOf({ attribute, operator: "exists" }).holds(subjectOf(plain))).toBe(false);
    }
    fc.assert(
      fc.property(fc.constantFrom(...reserved), leaf, (attribute, given) => {
        const input = { ...given, attribute };
        const inherits = conditionOf(input).holds(subjectOf({}));
        const knows = conditionOf({ ...given, attribute: "nobody" }).holds(subjectOf({}));
        expect(inherits).toBe(knows);
      }),
      { numRuns: 500 },
    );
  });

  it("do not see what is added to the prototype of all objects", () => {
    const prototype: object = Object.prototype;
    Object.defineProperty(prototype, "planted", { value: "x", configurable: true });
    try {
      const planted = conditionOf({ attribute: "planted", operator: "eq", value: "x" });
      expect(planted.holds(subjectOf({}))).toBe(false);
      expect(planted.holds(subjectOf({ planted: "x" }))).toBe(true);
    } finally {
      Reflect.deleteProperty(prototype, "planted");
    }
  });

  it("do not see what is put there, or on another prototype, after they were compiled", () => {
    const late = conditionOf({ attribute: "late", operator: "exists" });
    expect(late.holds(subjectOf(Object.create({ late: "x" })))).toBe(false);
    Reflect.set(Object.prototype, "late", "x");
    try {
      expect(late.holds(subjectOf({}))).toBe(false);
      expect(late.holds(subjectOf({ late: "y" }))).toBe(true);
    } finally {
      Reflect.deleteProperty(Object.prototype, "late");
    }
  });

  it("are refused or compiled, whatever JSON is given for one", () => {
    const near = fc.dictionary(
      fc.constantFrom("and", "or", "not", "segment", "attribute", "operator", "value", "x"),
      fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(...OPERATORS, "a", "$now", [])),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), near), (input) => {
        for (const { path, code, message } of issuesOf(input)) {
          expect(path === "" || path.startsWith("/")).toBe(true);
          expect(code).toMatch(/^condition\.[a-z-]+$/);
          expect(message).not.toBe("");
        }
      }),
      RUNS,
    );
  });

  it("of hostile depth and width are refused without following them to the end", () => {
    let deep: unknown = { attribute: "a", operator: "exists" };
    for (let level = 0; level < 200_000; level += 1) deep = { and: [deep] };
    expect(issuesOf(deep).map((issue) => issue.code)).toEqual(["condition.too-deep"]);
    const wide = { or: Array.from({ length: 1_000_000 }, () => ({ and: [] })) };
    expect(issuesOf(wide).map((issue) => issue.path)).toEqual(["/or/999"]);
  });
});

const throwing = (): never => {
  throw new Error("no");
};

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

describe("contexts that are not JSON", () => {
  const hostile: readonly (readonly [string, Record<string, unknown>])[] = [
    ["a getter that throws", Object.defineProperty({}, "a", { get: throwing, enumerable: true })],
    ["a proxy that throws", new Proxy({}, { get: throwing, getOwnPropertyDescriptor: throwing })],
    ["a list that throws", { a: new Proxy([1], { get: throwing }) }],
    ["a revoked proxy", { a: revoked() }],
    ["a nested getter that throws", { a: Object.defineProperty({}, "b", { get: throwing }) }],
    ["a function", { a: () => 1 }],
    ["a symbol", { a: Symbol("x") }],
    ["a big integer", { a: 1n }],
    ["not a number", { a: Number.NaN }],
    ["infinity", { a: Number.POSITIVE_INFINITY }],
  ];

  it.each(hostile)("%s satisfies no comparison, and none throws", (_, given) => {
    for (const operator of OPERATORS.filter((each) => !each.endsWith("exists"))) {
      for (const sample of fc.sample(VALUES[operator], 3)) {
        for (const attribute of ["a", "a.b"]) {
          const compiled = conditionOf({ attribute, operator, value: sample });
          const subject = subjectOf(given);
          expect(compiled.holds(subject)).toBe(false);
          expect(JSON.stringify(explainCondition(compiled, subject))).toContain('"note":');
        }
      }
    }
  });
});
