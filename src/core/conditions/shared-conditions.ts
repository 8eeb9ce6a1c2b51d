import type { UnknownRecord } from "../json.ts";
import { AttributeCondition } from "./attribute-condition.ts";
import type { CompiledCondition, ConditionStock } from "./condition-scope.ts";

/** Longer ones are lists that hardly anybody writes twice, and would take long to compare. */
const LONGEST_TEXT = 2_000;
const LONGEST_LIST = 100;

/**
 * Comparisons that several flags of one environment write alike, as "plan equals enterprise" mostly
 * is: compiled once, and asked once when all flags are evaluated for one context.
 */
export class SharedConditions implements ConditionStock {
  readonly #byText = new Map<string, AttributeCondition>();

  of(
    input: UnknownRecord,
    compile: () => CompiledCondition | undefined,
  ): CompiledCondition | undefined {
    const text = textOf(input);
    const known = text === undefined ? undefined : this.#byText.get(text);
    if (known !== undefined) return known.share();
    const compiled = compile();
    if (text !== undefined && compiled instanceof AttributeCondition) {
      this.#byText.set(text, compiled);
    }
    return compiled;
  }
}

/** `undefined`: it is not worth it, or what was handed in is no JSON at all. */
function textOf(input: UnknownRecord): string | undefined {
  try {
    const value = input["value"];
    if (Array.isArray(value) && value.length > LONGEST_LIST) return undefined;
    const text = JSON.stringify(input);
    return text.length > LONGEST_TEXT ? undefined : text;
  } catch {
    return undefined;
  }
}
