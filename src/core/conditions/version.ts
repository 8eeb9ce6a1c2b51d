import { err } from "../result.ts";
import type { Result } from "../result.ts";
import { parseOne } from "./operand.ts";
import { readings } from "./readings.ts";
import type { Operand } from "./operand.ts";
import { parseSemVer } from "./semver.ts";
import { inSemVerRange, parseSemVerRange } from "./semver-range.ts";
import { kindOf } from "./shown.ts";
import { boundsOf, ValueTest } from "./value-test.ts";

/** `semver_eq`, `semver_lt`, `semver_lte`, `semver_gt`, `semver_gte`: by SemVer precedence. */
export function versionTest(operand: Operand): ValueTest | undefined {
  const version = parseOne(operand, (item) => parseText(item, parseSemVer));
  if (version === undefined) return undefined;
  const ranks = boundsOf(operand.operator, 0);
  return new ValueTest({ by: "version", version, ...ranks }, VERSIONS);
}

/** `semver_range` */
export function versionRangeTest(operand: Operand): ValueTest | undefined {
  const range = parseOne(operand, (item) => parseText(item, parseSemVerRange));
  if (range === undefined) return undefined;
  const holds = (value: unknown): boolean => {
    if (typeof value !== "string") return false;
    const version = readings.version(value);
    return version !== undefined && inSemVerRange(version, range);
  };
  return new ValueTest({ by: "call", holds }, VERSIONS);
}

function parseText<T>(
  item: unknown,
  parse: (text: string) => Result<T, string>,
): Result<T, string> {
  return typeof item === "string" ? parse(item) : err("is not a text");
}

function notVersion(value: unknown): string | undefined {
  if (typeof value !== "string") return `is ${kindOf(value)}, not a version in a text`;
  const parsed = parseSemVer(value);
  return parsed.ok ? undefined : parsed.error;
}

const VERSIONS = { negative: false, unreadable: notVersion };
