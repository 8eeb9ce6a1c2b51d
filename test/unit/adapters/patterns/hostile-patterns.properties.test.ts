import { expect, it } from "vitest";
import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import { LIMITS } from "../../../../src/core/documents/limits.ts";
import { randomOf } from "../../../harness/crash/random.ts";

/** 1,000 patterns; HOSTILE_PATTERNS=10000 asks for more, HOSTILE_SEED for others. */
const PATTERNS = Number(process.env["HOSTILE_PATTERNS"] ?? 1_000);
const SEED = Number(process.env["HOSTILE_SEED"] ?? 20_261_121);
const TEXT_LENGTH = 10_000;
/** What a match should cost at most; how many cost more is printed. */
const GOAL_MS = 50;
/** An engine that backtracks does not come back at all; the limit leaves a busy machine room. */
const MOST_MS = 20_000;

const random = randomOf(SEED);
const below = (count: number) => Math.floor(random() * count);
const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!;

const ATOMS = [
  "a",
  "b",
  "aa",
  ".",
  "[ab]",
  "[^b]",
  "\\w",
  "\\W",
  "\\pL",
  "\\b",
  "(?:a|b)",
  "(?i:A)",
  "^",
  "$",
  "a?",
  "",
];
const REPEATS = ["*", "+", "?", "*?", "+?", "{2,}", "{0,40}", "{30}", "{1,300}", "{1000}"];
/** What brings backtracking engines down, and shapes that are large for their text. */
const CLASSICS = [
  "(a+)+$",
  "(a|aa)+$",
  "(a|a?)+$",
  "(.*)(.*)(.*)(.*)(.*)(.*)x",
  "(x+x+)+y",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(?:a?){900}",
  "(?:a{0,40}){40}b",
  "(?:.*a){12}$",
  "[ab]*a[ab]{500}$",
  "(?:a|b)*?(?:a|b)*?(?:a|b)*?c",
  "(?:(?:(?:a*)*)*)*b",
  `${"(".repeat(400)}a${")".repeat(400)}`,
  "a|".repeat(400),
  "(a)\\1",
  "(?=a)a",
];

function pattern(depth: number): string {
  const parts = Array.from({ length: 1 + below(4) }, () => {
    const inner = depth > 0 && random() < 0.6 ? `(?:${pattern(depth - 1)})` : oneOf(ATOMS);
    return random() < 0.6 ? `${inner}${oneOf(REPEATS)}` : inner;
  });
  return random() < 0.3 ? parts.join("|") : parts.join("");
}

const repeated = (unit: string) => unit.repeat(TEXT_LENGTH).slice(0, TEXT_LENGTH - 1);
const TEXTS = [`${repeated("a")}!`, `${repeated("ab")}c`, `${repeated("é🚀 ")}\ud800`];

it(
  `${PATTERNS} hostile patterns are refused, or answer for the longest text they read in bounded time`,
  { timeout: 60_000 + PATTERNS * 300 },
  () => {
    const seen = { refused: 0, compileMs: 0, matchMs: 0, matches: 0, above: 0, slowest: "" };
    for (let index = 0; index < PATTERNS; index += 1) {
      const source = (CLASSICS[index] ?? pattern(1 + (index % 2))).slice(0, LIMITS.patternLength);
      const began = performance.now();
      const compiled = compileRe2(source, { ignoreCase: random() < 0.3 });
      seen.compileMs = Math.max(seen.compileMs, performance.now() - began);
      if (!compiled.ok) {
        expect(compiled.error).not.toBe("");
        seen.refused += 1;
        continue;
      }
      // What the core hands over: a longer text counts as unreadable.
      const text = TEXTS[index % TEXTS.length]!.slice(-compiled.value.longestText);
      const from = performance.now();
      expect(compiled.value.finds(text)).toBeTypeOf("boolean");
      const took = performance.now() - from;
      seen.matches += 1;
      if (took > GOAL_MS) seen.above += 1;
      if (took > seen.matchMs) {
        seen.matchMs = took;
        seen.slowest = source.slice(0, 80);
      }
    }
    process.stdout.write(
      `patterns: seed ${SEED}, ${PATTERNS} tried, ${seen.refused} refused, ${seen.matches} matched, ` +
        `${seen.above} above ${GOAL_MS} ms, slowest match ${seen.matchMs.toFixed(1)} ms (${seen.slowest}), ` +
        `slowest compilation ${seen.compileMs.toFixed(1)} ms\n`,
    );
    expect(seen.matches).toBeGreaterThan(PATTERNS / 4);
    expect(seen.compileMs).toBeLessThan(MOST_MS);
    expect(seen.matchMs, seen.slowest).toBeLessThan(MOST_MS);
  },
);
