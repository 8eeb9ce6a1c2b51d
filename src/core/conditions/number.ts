import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";
import { parseItems, parseOne, refuse } from "./operand.ts";
import type { Operand } from "./operand.ts";
import { kindOf } from "./shown.ts";
import { boundsOf, isNumber, ValueTest } from "./value-test.ts";

/** `lt`, `lte`, `gt`, `gte`. */
export function comparisonTest(operand: Operand): ValueTest | undefined {
  const limit = parseOne(operand, parseNumber);
  if (limit === undefined) return undefined;
  const { operator } = operand;
  return new ValueTest({ by: "number", ...boundsOf(operator, limit) }, NUMBERS);
}

/** `between`: both ends belong to it. */
export function betweenTest(operand: Operand): ValueTest | undefined {
  const { value } = operand;
  if (!Array.isArray(value) || value.length !== 2) {
    return refuse(operand, "between needs a list of two numbers: [lowest, highest]");
  }
  const ends = parseItems(operand, "list-only", parseNumber);
  if (ends === undefined) return undefined;
  const [low = 0, high = 0] = ends;
  if (low > high) {
    const message = `between: ${low} is above ${high}, so no number is between; swap them`;
    return refuse(operand, message);
  }
  return new ValueTest({ by: "number", low, high, without: Number.NaN }, NUMBERS);
}

function parseNumber(item: unknown): Result<number, string> {
  if (isNumber(item)) return ok(item);
  const isDigits = typeof item === "string" && item.trim() !== "" && isNumber(Number(item));
  return err(isDigits ? `is not a number; write ${Number(item)}` : "is not a number");
}

function notNumber(value: unknown): string | undefined {
  if (isNumber(value)) return undefined;
  return typeof value === "number" ? "is not a finite number" : `is ${kindOf(value)}, not a number`;
}

const NUMBERS = { negative: false, unreadable: notNumber };
