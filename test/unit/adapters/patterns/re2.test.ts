import { describe, expect, it } from "vitest";
import { estimateProgramSize } from "../../../../src/adapters/patterns/program-size.ts";
import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";

function matcherOf(source: string, ignoreCase = false): (text: string) => boolean {
  const compiled = compileRe2(source, { ignoreCase });
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.value.finds;
}

function refusalOf(source: string): string {
  const compiled = compileRe2(source, { ignoreCase: false });
  return compiled.ok ? "accepted" : compiled.error;
}

function longest(source: string): number | undefined {
  const compiled = compileRe2(source, { ignoreCase: false });
  return compiled.ok ? compiled.value.longestText : undefined;
}

describe("compileRe2", () => {
  it.each([
    { source: "b+", text: "abbc", expected: true },
    { source: "^b+", text: "abbc", expected: false },
    { source: "^$", text: "", expected: true },
    { source: "", text: "anything", expected: true },
    { source: "^.$", text: "🚀", expected: true },
    { source: "\\bword\\b", text: "a word here", expected: true },
    { source: "(?i)ABC", text: "xabcx", expected: true },
    { source: "a.c", text: "a\nc", expected: false },
    { source: "(?s)a.c", text: "a\nc", expected: true },
    { source: "\\p{Greek}", text: "aλb", expected: true },
    { source: "[[:digit:]]{3}", text: "a12b345", expected: true },
    { source: "\\Qa.b\\E", text: "a.b", expected: true },
    { source: "\\Qa.b\\E", text: "axb", expected: false },
    { source: "(?P<year>\\d{4})", text: "in 2026", expected: true },
    { source: "x", text: "\ud800x", expected: true },
  ])("$source in $text → $expected", ({ source, text, expected }) => {
    expect(matcherOf(source)(text)).toBe(expected);
    expect(matcherOf(source)(text)).toBe(expected);
  });

  it("folds case when asked, and keeps both ways of one source apart", () => {
    expect(matcherOf("^straße$", true)("STRAßE")).toBe(true);
    expect(matcherOf("^abc$")("ABC")).toBe(false);
    expect(matcherOf("^abc$", true)("ABC")).toBe(true);
    expect(matcherOf("^abc$")("ABC")).toBe(false);
  });

  it.each([
    { source: "(", reason: "missing closing ): `(`" },
    { source: "[a", reason: "missing closing ]: `[a`" },
    { source: "*a", reason: "missing argument to repetition operator: `*`" },
    {
      source: "a{1001}",
      reason:
        "invalid repeat count: `{1001}`; counts go up to 1000, those of repeats inside repeats multiplied",
    },
    {
      source: "(((a{10}){10}){10}){10}",
      reason:
        "invalid repeat count: `{10}`; counts go up to 1000, those of repeats inside repeats multiplied",
    },
    { source: "\\", reason: "trailing backslash at end of expression" },
    {
      source: "a(?!b)",
      reason: "invalid or unsupported Perl syntax: `(?!`; RE2 has no lookahead or lookbehind",
    },
    {
      source: "(?<!a)b",
      reason: "invalid named capture: `(?<!a)b`; RE2 has no lookahead or lookbehind",
    },
    { source: "(a)\\1", reason: "invalid escape sequence: `\\1`; RE2 has no backreferences" },
    {
      source: "(?>a)",
      reason:
        "invalid or unsupported Perl syntax: `(?>`; RE2 has no possessive repeats or atomic groups",
    },
    { source: "a".repeat(1_001), reason: "it has 1001 characters; at most 1000 are allowed" },
  ])("refuses $source", ({ source, reason }) => {
    expect(refusalOf(source)).toBe(reason);
  });

  const tooLarge = [
    "((a{100}){100}){100}",
    `(${"ab?".repeat(300)}){1000}`,
    `(${"a".repeat(900)}){1000}`,
    "a{1000}".repeat(140),
    `(?:[^]a]${"\\pL".repeat(200)}){900}`,
    `(\\Q${"(".repeat(300)}\\E){1000}`,
    "(?:a?){900}(?:a?){900}",
    "((((((a{1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}",
  ];

  it.each(tooLarge)("refuses %s in no time, before it is written out", (source) => {
    expect(refusalOf(source)).toContain("with its repeats written out it has more than 3000 steps");
  });

  it("accepts the patterns people write, repeats and all", () => {
    const usual = [
      "^[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\\.){1,8}[a-z]{2,63}$",
      "^\\d{3}-\\d{3}-\\d{4}$",
      "^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "^(?:\\d{1,3}\\.){3}\\d{1,3}$",
      "^[A-Za-z0-9_-]{1,1000}$",
      "a".repeat(1_000),
    ];
    expect(usual.map(refusalOf)).toEqual(usual.map(() => "accepted"));
  });

  it.each([
    "(a+)+$",
    "(a|aa)+$",
    "^(a|a?)+$",
    "(.*)(.*)(.*)(.*)x",
    "(x+x+)+y",
    "^(([a-z])+.)+[A-Z]$",
  ])("%s costs no more than in proportion to the text", (source) => {
    const matches = matcherOf(source);
    const text = `${"a".repeat(10_000)}!`;
    const started = performance.now();
    expect(matches(text)).toBe(false);
    // A backtracking engine needs longer than the age of the universe; this is milliseconds.
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("reads the shorter texts the larger the pattern is", () => {
    expect(longest("^user-\\d+$")).toBe(10_000);
    expect(longest("^(?:\\d{1,3}\\.){3}\\d{1,3}$")).toBeGreaterThan(5_000);
    expect(longest("[ab]{999}")).toBeLessThanOrEqual(301);
    expect(longest("[ab]{999}")).toBeGreaterThan(290);
  });

  it("keeps answering rightly after more patterns than it remembers", () => {
    const first = matcherOf("^pattern-0$");
    for (let index = 0; index < 500; index += 1) {
      expect(matcherOf(`^pattern-${index}$`)(`pattern-${index}`)).toBe(true);
    }
    expect(first("pattern-0")).toBe(true);
    expect(matcherOf("^pattern-0$")("pattern-1")).toBe(false);
  });

  it("gives the same matcher for the same pattern while it remembers it", () => {
    expect(matcherOf("^remembered$")).toBe(matcherOf("^remembered$"));
  });
});

describe("estimateProgramSize", () => {
  it.each([
    { source: "", expected: 0 },
    { source: "abc", expected: 3 },
    { source: "a{10}", expected: 10 },
    { source: "(ab){10}", expected: 40 },
    { source: "[a-z{}()]{5}", expected: 5 },
    { source: "[]a]b", expected: 2 },
    { source: "[[:alpha:]]{3}", expected: 3 },
    { source: "\\({4}", expected: 4 },
    { source: "a{,5}", expected: 5 },
    { source: "a{x}", expected: 4 },
    { source: "(((", expected: 6 },
  ])("of $source is $expected", ({ source, expected }) => {
    expect(estimateProgramSize(source)).toBe(expected);
  });
});
