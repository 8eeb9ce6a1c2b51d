import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";
import { parseInstant } from "./iso-date.ts";
import { parseOne } from "./operand.ts";
import type { Operand } from "./operand.ts";
import { readings } from "./readings.ts";
import { kindOf } from "./shown.ts";
import { ValueTest } from "./value-test.ts";

/** `before` and `after`: at the very instant neither holds. */
export function timeTest(operand: Operand): ValueTest | undefined {
  const limit = parseOne(operand, parseLimit);
  if (limit === undefined) return undefined;
  const holds =
    operand.operator === "before"
      ? (value: unknown): boolean => instantOf(value) < limit
      : (value: unknown): boolean => instantOf(value) > limit;
  return new ValueTest({ by: "call", holds }, { negative: false, unreadable: notInstant });
}

function parseLimit(item: unknown): Result<number, string> {
  if (typeof item === "string") return parseInstant(item);
  return Number.isSafeInteger(item)
    ? ok(Number(item))
    : err("is not an ISO 8601 text or a whole number of milliseconds since 1970");
}

/** `NaN`, which is neither before nor after anything, for what cannot be read. */
function instantOf(value: unknown): number {
  if (typeof value === "number") return Number.isFinite(value) ? value : Number.NaN;
  return typeof value === "string" ? readings.instant(value) : Number.NaN;
}

function notInstant(value: unknown): string | undefined {
  if (typeof value === "number") {
    return Number.isFinite(value) ? undefined : "is not a finite number";
  }
  if (typeof value !== "string") return `is ${kindOf(value)}, not a date`;
  const parsed = parseInstant(value);
  return parsed.ok ? undefined : parsed.error;
}
