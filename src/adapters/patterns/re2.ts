import { RE2JS, RE2JSException } from "re2js";
import type { PatternCompiler, PatternMatcher } from "../../core/conditions/pattern.ts";
import { LIMITS } from "../../core/documents/limits.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import { estimateProgramSize } from "./program-size.ts";

/** What a text costs at most is this many steps for each of its characters. */
const MOST_INSTRUCTIONS = 3_000;
/** Instructions times characters: some 50 ms for the worst of patterns and texts. */
const MOST_STEPS = 300_000;
const LONGEST_TEXT = 10_000;
/** The estimate is above the truth; within this, compiling takes milliseconds and tells. */
const MOST_ESTIMATED = 20_000;
const MOST_CACHED = 200;

/** In order of use, the latest last, so that a ruleset's next revision finds its patterns. */
const cache = new Map<string, PatternMatcher>();

/**
 * RE2 syntax by re2js: found anywhere in the text, in time linear in the text, without
 * lookahead, lookbehind and backreferences. Sources are at most `LIMITS.patternLength`
 * characters, and at most 3,000 instructions with all their repeats written out. One of 30 instructions reads texts
 * of 10,000 characters, one of 300 of 1,000, one of 3,000 of 100.
 */
export const compileRe2: PatternCompiler = (source, { ignoreCase }) => {
  const cacheKey = `${ignoreCase ? "i" : "c"}${source}`;
  const cached = cache.get(cacheKey);
  if (cached !== undefined) {
    cache.delete(cacheKey);
    cache.set(cacheKey, cached);
    return ok(cached);
  }
  const compiled = compile(source, ignoreCase);
  if (compiled.ok) {
    cache.set(cacheKey, compiled.value);
    const [oldest] = cache.keys();
    if (cache.size > MOST_CACHED && oldest !== undefined) cache.delete(oldest);
  }
  return compiled;
};

function compile(source: string, ignoreCase: boolean): Result<PatternMatcher, string> {
  if (source.length > LIMITS.patternLength) {
    return err(`it has ${source.length} characters; at most ${LIMITS.patternLength} are allowed`);
  }
  if (estimateProgramSize(source) > MOST_ESTIMATED) return err(TOO_LARGE);
  try {
    const pattern = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    const instructions = pattern.programSize();
    if (instructions > MOST_INSTRUCTIONS) return err(TOO_LARGE);
    const longestText = Math.min(LONGEST_TEXT, Math.floor(MOST_STEPS / instructions));
    return ok({ finds: (text) => pattern.test(text), longestText });
  } catch (error) {
    const reason = reasonOf(error);
    return err(`${reason}${hintFor(source, reason)}`);
  }
}

const TOO_LARGE =
  `with its repeats written out it has more than ${MOST_INSTRUCTIONS} steps; ` +
  "make the counts in {…} smaller";

/** re2js has one class of errors; another one is a fault of its own that a pattern provoked. */
function reasonOf(error: unknown): string {
  if (!(error instanceof RE2JSException)) return "it cannot be compiled";
  return error.message.replace("error parsing regexp: ", "");
}

function hintFor(source: string, reason: string): string {
  if (reason.startsWith("invalid repeat count")) {
    return "; counts go up to 1000, those of repeats inside repeats multiplied";
  }
  if (/\(\?<?[=!]/.test(source)) return "; RE2 has no lookahead or lookbehind";
  if (/\\[1-9]/.test(source) || source.includes("(?P=")) return "; RE2 has no backreferences";
  if (/[*+?}]\+/.test(source) || source.includes("(?>")) {
    return "; RE2 has no possessive repeats or atomic groups";
  }
  return "";
}
