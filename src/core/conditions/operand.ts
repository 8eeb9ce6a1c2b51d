import type { Operator } from "../documents/condition.ts";
import type { Issue } from "../issue.ts";
import { childPointer } from "../json-pointer.ts";
import type { Result } from "../result.ts";
import type { PatternCompiler } from "./pattern.ts";
import { kindOf, shown } from "./shown.ts";
import type { ValueTest } from "./value-test.ts";

/** What a document gives an operator to compare with, not yet checked. */
export interface Operand {
  readonly operator: Operator;
  readonly value: unknown;
  /** JSON Pointer of the value. */
  readonly path: string;
  readonly ignoreCase: boolean;
  readonly issues: Issue[];
  readonly compilePattern: PatternCompiler;
}

/** Reads the operand once; on `undefined` it has reported why it cannot. */
export type OperatorCompiler = (operand: Operand) => ValueTest | undefined;

/** More bad items of one list than this are not reported one by one. */
const MOST_ISSUES_PER_LIST = 10;

/** Reports that the value, or one item of it, does not fit the operator. */
export function refuse(operand: Operand, message: string, path: string = operand.path): undefined {
  operand.issues.push({ path, code: "condition.bad-value", message });
}

/** Reads a single item: `parse` answers it, or words that follow the item in a message. */
export function parseOne<T>(
  operand: Operand,
  parse: (item: unknown) => Result<T, string>,
): T | undefined {
  const parsed = parse(operand.value);
  if (parsed.ok) return parsed.value;
  return refuse(operand, `${operand.operator}: ${shown(operand.value)} ${parsed.error}`);
}

/** The same for each item of a list; where one bare item may stand for a list, for that. */
export function parseItems<T>(
  operand: Operand,
  bareItem: "or-one" | "list-only",
  parse: (item: unknown) => Result<T, string>,
): readonly T[] | undefined {
  const { value, operator } = operand;
  if (!Array.isArray(value)) {
    if (bareItem === "list-only") {
      const hint = value === undefined || value === null ? "" : `; write [${shown(value)}]`;
      return refuse(operand, `${operator} needs a list, not ${kindOf(value)}${hint}`);
    }
    const one = parseOne(operand, parse);
    return one === undefined ? undefined : [one];
  }
  const items: T[] = [];
  let refused = 0;
  for (const [index, item] of value.entries()) {
    const parsed = parse(item);
    if (parsed.ok) {
      items.push(parsed.value);
      continue;
    }
    refused += 1;
    const message = `${operator}: ${shown(item)} ${parsed.error}`;
    refuse(operand, message, childPointer(operand.path, index));
    if (refused === MOST_ISSUES_PER_LIST) break;
  }
  return refused === 0 ? items : undefined;
}
