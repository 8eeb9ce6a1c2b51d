import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";
import type { Operator } from "../documents/condition.ts";
import { foldCase } from "./fold-case.ts";
import { parseItems, refuse } from "./operand.ts";
import type { Operand } from "./operand.ts";
import { readings } from "./readings.ts";
import { kindOf, shown } from "./shown.ts";
import { ValueTest } from "./value-test.ts";

/** `contains`, `not_contains`, `starts_with`, `ends_with`: one of the given parts is found. */
export function textPartTest(operand: Operand): ValueTest | undefined {
  const parts = parseItems(operand, "or-one", parsePart);
  if (parts === undefined) return undefined;
  const negative = operand.operator === "not_contains";
  const wanted = operand.ignoreCase ? parts.map(foldCase) : parts;
  const [text] = wanted;
  if (wanted.length === 1 && text !== undefined && !negative && !operand.ignoreCase) {
    return new ValueTest(
      { by: "text", text, at: PLACES[operand.operator] ?? "anywhere" },
      describedAs(negative),
    );
  }
  return textTest(finderOf(operand.operator, wanted), negative, operand.ignoreCase);
}

/** `matches` and `not_matches`: the RE2 pattern is found anywhere in the text. */
export function patternTest(operand: Operand): ValueTest | undefined {
  const { value, path, operator, ignoreCase, issues } = operand;
  if (typeof value !== "string") {
    return refuse(operand, `${operator} needs a pattern as a text, not ${kindOf(value)}`);
  }
  const pattern = operand.compilePattern(value, { ignoreCase });
  if (!pattern.ok) {
    const message = `${operator}: ${shown(value)} is not an RE2 pattern: ${pattern.error}`;
    issues.push({ path, code: "condition.bad-pattern", message });
    return undefined;
  }
  // The pattern folds case by itself.
  const { finds, longestText } = pattern.value;
  const negative = operator === "not_matches";
  const holds = (text: unknown): boolean =>
    typeof text === "string" && text.length <= longestText && finds(text) !== negative;
  const unreadable = (text: unknown): string | undefined =>
    typeof text === "string" && text.length > longestText
      ? `has ${text.length} characters; this pattern reads at most ${longestText}`
      : notText(text);
  return new ValueTest({ by: "call", holds }, { negative, unreadable });
}

function parsePart(item: unknown): Result<string, string> {
  if (typeof item !== "string") return err("is not a text");
  return item === "" ? err("is empty and would be found in every text; use exists") : ok(item);
}

function finderOf(operator: string, wanted: readonly string[]): (text: string) => boolean {
  if (operator === "starts_with") return (text) => wanted.some((part) => text.startsWith(part));
  if (operator === "ends_with") return (text) => wanted.some((part) => text.endsWith(part));
  return (text) => wanted.some((part) => text.includes(part));
}

/** Where a part has to be found. */
const PLACES: Readonly<Partial<Record<Operator, "start" | "end">>> = {
  starts_with: "start",
  ends_with: "end",
};

const describedAs = (negative: boolean) => ({ negative, unreadable: notText });

function textTest(found: (text: string) => boolean, negative: boolean, fold: boolean): ValueTest {
  const holds = fold
    ? (value: unknown): boolean =>
        typeof value === "string" && found(readings.folded(value)) !== negative
    : (value: unknown): boolean => typeof value === "string" && found(value) !== negative;
  return new ValueTest({ by: "call", holds }, describedAs(negative));
}

function notText(value: unknown): string | undefined {
  return typeof value === "string" ? undefined : `is ${kindOf(value)}, not a text`;
}
