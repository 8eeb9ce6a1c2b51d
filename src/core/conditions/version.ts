import { err } from "../result.ts";
import type { Result } from "../result.ts";
import { parseOne } from "./operand.ts";
import type { Operand } from "./operand.ts";
import { compareSemVer, parseSemVer } from "./semver.ts";
import type { SemVer } from "./semver.ts";
import { inSemVerRange, parseSemVerRange } from "./semver-range.ts";
import { kindOf } from "./shown.ts";
import type { ValueTest } from "./value-test.ts";

/** `semver_eq`, `semver_lt`, `semver_lte`, `semver_gt`, `semver_gte`: by SemVer precedence. */
export function versionTest(operand: Operand): ValueTest | undefined {
  const limit = parseOne(operand, (item) => parseText(item, parseSemVer));
  if (limit === undefined) return undefined;
  const { operator } = operand;
  if (operator === "semver_eq") return testOf((version) => compareSemVer(version, limit) === 0);
  if (operator === "semver_lt") return testOf((version) => compareSemVer(version, limit) < 0);
  if (operator === "semver_lte") return testOf((version) => compareSemVer(version, limit) <= 0);
  if (operator === "semver_gt") return testOf((version) => compareSemVer(version, limit) > 0);
  return testOf((version) => compareSemVer(version, limit) >= 0);
}

/** `semver_range` */
export function versionRangeTest(operand: Operand): ValueTest | undefined {
  const range = parseOne(operand, (item) => parseText(item, parseSemVerRange));
  if (range === undefined) return undefined;
  return testOf((version) => inSemVerRange(version, range));
}

function parseText<T>(
  item: unknown,
  parse: (text: string) => Result<T, string>,
): Result<T, string> {
  return typeof item === "string" ? parse(item) : err("is not a text");
}

function testOf(accepts: (version: SemVer) => boolean): ValueTest {
  return {
    negative: false,
    unreadable: notVersion,
    holds: (value, subject) => {
      if (typeof value !== "string") return false;
      const version = subject.readings.version(value);
      return version !== undefined && accepts(version);
    },
  };
}

function notVersion(value: unknown): string | undefined {
  if (typeof value !== "string") return `is ${kindOf(value)}, not a version in a text`;
  const parsed = parseSemVer(value);
  return parsed.ok ? undefined : parsed.error;
}
