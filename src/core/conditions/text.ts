import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";
import { foldCase } from "./fold-case.ts";
import { parseItems, refuse } from "./operand.ts";
import type { Operand } from "./operand.ts";
import { kindOf, shown } from "./shown.ts";
import type { ValueTest } from "./value-test.ts";

/** `contains`, `not_contains`, `starts_with`, `ends_with`: one of the given parts is found. */
export function textPartTest(operand: Operand): ValueTest | undefined {
  const parts = parseItems(operand, "or-one", parsePart);
  if (parts === undefined) return undefined;
  const negative = operand.operator === "not_contains";
  const wanted = operand.ignoreCase ? parts.map(foldCase) : parts;
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
  return textTest(pattern.value, operator === "not_matches", false);
}

function parsePart(item: unknown): Result<string, string> {
  if (typeof item !== "string") return err("is not a text");
  return item === "" ? err("is empty and would be found in every text; use exists") : ok(item);
}

function finderOf(operator: string, wanted: readonly string[]): (text: string) => boolean {
  const [only] = wanted;
  if (wanted.length === 1 && only !== undefined) {
    if (operator === "starts_with") return (text) => text.startsWith(only);
    if (operator === "ends_with") return (text) => text.endsWith(only);
    return (text) => text.includes(only);
  }
  if (operator === "starts_with") return (text) => wanted.some((part) => text.startsWith(part));
  if (operator === "ends_with") return (text) => wanted.some((part) => text.endsWith(part));
  return (text) => wanted.some((part) => text.includes(part));
}

function textTest(found: (text: string) => boolean, negative: boolean, fold: boolean): ValueTest {
  const holds: ValueTest["holds"] = fold
    ? (value, subject) =>
        typeof value === "string" && found(subject.readings.folded(value)) !== negative
    : (value) => typeof value === "string" && found(value) !== negative;
  return { negative, holds, unreadable: notText };
}

function notText(value: unknown): string | undefined {
  return typeof value === "string" ? undefined : `is ${kindOf(value)}, not a text`;
}
