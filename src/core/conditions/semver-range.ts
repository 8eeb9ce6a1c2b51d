import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";
import { compareSemVer, parseSemVer, versionNumber } from "./semver.ts";
import type { SemVer } from "./semver.ts";

/** Alternatives, of which one must hold; in each, every bound must hold. */
type SemVerRange = readonly (readonly Bound[])[];

interface Bound {
  readonly operator: "<" | "<=" | ">" | ">=";
  readonly version: SemVer;
}

/** A version of which the last numbers may be left open: `1`, `1.x`, `1.2.*`, `*`. */
interface PartialVersion {
  /** What the left-out numbers are counted as is 0. */
  readonly version: SemVer;
  /** How many of the three numbers were given. */
  readonly given: 0 | 1 | 2 | 3;
}

const LONGEST_RANGE = 1_000;
const PARTIAL = /^([\dxX*]+)(?:\.([\dxX*]+)(?:\.([\dxX*]+))?)?$/;
const COMPARATOR = /^(\^|~|<=|>=|<|>|=)?(.+)$/;

/**
 * Reads a range: comparators (`>=1.2.0`, `<2`, `=1.4.0`, `^1.2`, `~1.2.3`, `1.x`, `1.2 - 1.8`),
 * side by side when all must hold, with `||` between alternatives.
 *
 * Ranges go by SemVer precedence alone: `2.0.0-beta` is in `<2.0.0`. A version with numbers
 * left out stands for the whole family, prereleases included: `2.0.0-beta` is in `2.x` and
 * `>=2`, and not in `<2`, `^1.2` or `1.x`. The error says what is wrong with the text.
 */
export function parseSemVerRange(text: string): Result<SemVerRange, string> {
  if (text.length > LONGEST_RANGE) return err(`is longer than ${LONGEST_RANGE} characters`);
  const alternatives: (readonly Bound[])[] = [];
  for (const part of text.split("||")) {
    const bounds = parseAlternative(part.trim());
    if (!bounds.ok) return bounds;
    alternatives.push(bounds.value);
  }
  return ok(alternatives);
}

export function inSemVerRange(version: SemVer, range: SemVerRange): boolean {
  return range.some((bounds) => bounds.every((bound) => meets(version, bound)));
}

function meets(version: SemVer, { operator, version: limit }: Bound): boolean {
  const order = compareSemVer(version, limit);
  if (order === 0) return operator === "<=" || operator === ">=";
  return order < 0 === (operator === "<" || operator === "<=");
}

function parseAlternative(text: string): Result<readonly Bound[], string> {
  if (text === "") return err('has an empty part; write "*" for every version');
  const ends = text.split(/\s+-\s+/);
  if (ends.length === 2) return parseHyphen(ends[0] ?? "", ends[1] ?? "");
  const bounds: Bound[] = [];
  for (const comparator of text.replaceAll(/([<>=^~])\s+/g, "$1").split(/\s+/)) {
    const parsed = parseComparator(comparator);
    if (!parsed.ok) return parsed;
    bounds.push(...parsed.value);
  }
  return ok(bounds);
}

function parseHyphen(from: string, to: string): Result<readonly Bound[], string> {
  const low = parsePartial(from);
  if (!low.ok) return low;
  const high = parsePartial(to);
  if (!high.ok) return high;
  return ok([...atLeast(low.value), ...atMost(high.value)]);
}

function parseComparator(text: string): Result<readonly Bound[], string> {
  const [, operator = "=", rest = ""] = COMPARATOR.exec(text) ?? [];
  const parsed = parsePartial(rest);
  if (!parsed.ok) return parsed;
  const partial = parsed.value;
  if (partial.given === 0 && operator !== "=" && operator !== ">=") {
    return err(`has ${JSON.stringify(text)}, which needs a number after ${operator}`);
  }
  return ok(boundsOf(operator, partial));
}

function boundsOf(operator: string, partial: PartialVersion): readonly Bound[] {
  switch (operator) {
    case "^":
      return [...atLeast(partial), below(partial.version, caretDigit(partial))];
    case "~":
      return [...atLeast(partial), below(partial.version, partial.given === 1 ? 1 : 2)];
    case ">=":
      return atLeast(partial);
    case "<":
      return [{ operator: "<", version: firstOf(partial) }];
    case "<=":
      return atMost(partial);
    case ">":
      return [above(partial)];
    default:
      return [...atLeast(partial), ...atMost(partial)];
  }
}

function parsePartial(text: string): Result<PartialVersion, string> {
  const parts = PARTIAL.exec(text);
  if (parts === null) {
    const full = parseSemVer(text);
    return full.ok
      ? ok({ version: full.value, given: 3 })
      : err(`has ${JSON.stringify(text)}, which is no version or part of one`);
  }
  const numbers: number[] = [];
  let open = false;
  for (const digits of parts.slice(1)) {
    if (digits === undefined || /^[xX*]$/.test(digits)) {
      open = true;
      continue;
    }
    const value = versionNumber(digits);
    if (value === undefined || open) {
      return err(`has ${JSON.stringify(text)}, which is no version or part of one`);
    }
    numbers.push(value);
  }
  const [major = 0, minor = 0, patch = 0] = numbers;
  return ok({ version: { major, minor, patch, prerelease: [] }, given: givenOf(numbers.length) });
}

function givenOf(count: number): PartialVersion["given"] {
  return count === 0 || count === 1 || count === 2 ? count : 3;
}

/** The lowest version there is of those numbers: `-0` is the lowest prerelease. */
function lowest(major: number, minor: number, patch: number): SemVer {
  return { major, minor, patch, prerelease: ["0"] };
}

function firstOf({ version, given }: PartialVersion): SemVer {
  return given === 3 ? version : lowest(version.major, version.minor, version.patch);
}

function atLeast(partial: PartialVersion): readonly Bound[] {
  return partial.given === 0 ? [] : [{ operator: ">=", version: firstOf(partial) }];
}

function atMost(partial: PartialVersion): readonly Bound[] {
  const { version, given } = partial;
  if (given === 0) return [];
  return given === 3 ? [{ operator: "<=", version }] : [below(version, given)];
}

function above({ version, given }: PartialVersion): Bound {
  return given === 3 || given === 0
    ? { operator: ">", version }
    : { operator: ">=", version: below(version, given).version };
}

/** Before every version whose first `digits` numbers are the next ones, prereleases included. */
function below({ major, minor, patch }: SemVer, digits: 1 | 2 | 3): Bound {
  const next =
    digits === 1
      ? lowest(major + 1, 0, 0)
      : digits === 2
        ? lowest(major, minor + 1, 0)
        : lowest(major, minor, patch + 1);
  return { operator: "<", version: next };
}

/** A caret keeps the first number that is not 0, of those that were given. */
function caretDigit({ version, given }: PartialVersion): 1 | 2 | 3 {
  if (version.major > 0 || given === 1) return 1;
  if (version.minor > 0 || given === 2) return 2;
  return 3;
}
