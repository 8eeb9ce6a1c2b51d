import type { Condition } from "../documents/condition.ts";

/**
 * The keys of the segments that a checked condition names, each once, in order of appearance.
 * What is not a condition names none.
 */
export function segmentReferences(condition: Condition): readonly string[] {
  const keys = new Set<string>();
  collect(condition, keys);
  return [...keys];
}

function collect(condition: Condition, keys: Set<string>): void {
  if ("and" in condition) {
    for (const child of condition.and) collect(child, keys);
  } else if ("or" in condition) {
    for (const child of condition.or) collect(child, keys);
  } else if ("not" in condition) {
    collect(condition.not, keys);
  } else if ("segment" in condition) {
    keys.add(condition.segment);
  } else if (condition.attribute === undefined && isSegmentOperator(condition.operator)) {
    for (const key of textsOf(condition.value)) keys.add(key);
  }
}

function isSegmentOperator(operator: string): boolean {
  return operator === "in_segment" || operator === "not_in_segment";
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === "string");
}
