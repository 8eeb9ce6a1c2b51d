import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";
import { foldCase } from "./fold-case.ts";
import { parseItems, parseOne } from "./operand.ts";
import type { Operand } from "./operand.ts";
import { readings } from "./readings.ts";
import { kindOf } from "./shown.ts";
import { ValueTest } from "./value-test.ts";

type Scalar = string | number | boolean;

/** `eq` and `neq`: the same type and the same value; `"1"` is not `1`. */
export function equalityTest(operand: Operand): ValueTest | undefined {
  const expected = parseOne(operand, parseScalar);
  if (expected === undefined) return undefined;
  return scalarTest([expected], operand.operator === "neq", operand.ignoreCase);
}

/** `in` and `not_in`: one look-up, however long the list is. */
export function inListTest(operand: Operand): ValueTest | undefined {
  const expected = parseItems(operand, "list-only", parseScalar);
  if (expected === undefined) return undefined;
  return scalarTest(expected, operand.operator === "not_in", operand.ignoreCase);
}

function parseScalar(item: unknown): Result<Scalar, string> {
  if (typeof item === "string" || typeof item === "boolean") return ok(item);
  if (typeof item === "number" && Number.isFinite(item)) return ok(item);
  return err("is not a text, a number, true or false");
}

/** Whether a value is one of those expected. */
export function scalarTest(
  expected: readonly Scalar[],
  negative: boolean,
  ignoreCase: boolean,
): ValueTest {
  const types = typesOf(expected);
  const unreadable = (value: unknown): string | undefined =>
    isOfType(value, types) ? undefined : wrongType(value, types);
  const described = { negative, unreadable };
  if (ignoreCase && types.text) {
    const folded = new Set(expected.map((item) => (isText(item) ? foldCase(item) : item)));
    const holds = (value: unknown): boolean =>
      isOfType(value, types) &&
      folded.has(isText(value) ? readings.folded(value) : value) !== negative;
    return new ValueTest({ by: "call", holds }, described);
  }
  const values: ReadonlySet<unknown> = new Set(expected);
  if (negative) {
    const holds = (value: unknown): boolean => !values.has(value) && isOfType(value, types);
    return new ValueTest({ by: "call", holds }, described);
  }
  const [only] = expected;
  return expected.length === 1 && only !== undefined
    ? new ValueTest({ by: "same", value: only }, described)
    : new ValueTest({ by: "member", values }, described);
}

interface Types {
  readonly text: boolean;
  readonly number: boolean;
  readonly truth: boolean;
}

/** An empty list has no type of its own: every scalar is compared with it, and is not in it. */
function typesOf(expected: readonly Scalar[]): Types {
  const has = (type: string): boolean =>
    expected.length === 0 || expected.some((item) => typeof item === type);
  return { text: has("string"), number: has("number"), truth: has("boolean") };
}

function isOfType(value: unknown, types: Types): value is Scalar {
  if (typeof value === "string") return types.text;
  if (typeof value === "number") return types.number && Number.isFinite(value);
  return typeof value === "boolean" && types.truth;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function wrongType(value: unknown, types: Types): string {
  const wanted = [
    ...(types.text ? ["a text"] : []),
    ...(types.number ? ["a finite number"] : []),
    ...(types.truth ? ["true or false"] : []),
  ];
  return `is ${kindOf(value)}, and is compared with ${wanted.join(" or ")}`;
}
