import type { AttributeCondition, Condition } from "../documents/condition.ts";
import type { JsonValue } from "../json.ts";
import type { Subject } from "./subject.ts";

/** What is left of a condition; `never`, `always`: what it comes to for every other unit. */
export type Pruned = Condition | "never" | "always";

/**
 * A condition that no longer names the unit and means the same for all others. The very same object
 * when it does not name it in a way that can be taken out; `namesSubject` tells whether it still does.
 * So `neq` stays: it is false for contexts without the attribute, and without it they would match.
 */
export function pruneCondition(condition: Condition, subject: Subject): Pruned {
  if ("and" in condition) return pruneAll(condition, "and", condition.and, subject);
  if ("or" in condition) return pruneAll(condition, "or", condition.or, subject);
  if ("not" in condition) return pruneNot(condition, subject);
  if ("segment" in condition) return condition;
  return pruneLeaf(condition, subject);
}

function pruneAll(
  condition: Condition,
  form: "and" | "or",
  parts: readonly Condition[],
  subject: Subject,
): Pruned {
  const pruned = parts.map((part) => pruneCondition(part, subject));
  if (pruned.every((part, index) => part === parts[index])) return condition;
  const [deciding, idle] = form === "and" ? NEVER_DECIDES : ALWAYS_DECIDES;
  if (pruned.includes(deciding)) return deciding;
  const left = pruned.filter((part) => part !== "never" && part !== "always");
  const [only, ...others] = left;
  if (only === undefined) return idle;
  if (others.length === 0) return only;
  return form === "and" ? { and: left } : { or: left };
}

const NEVER_DECIDES = ["never", "always"] as const;
const ALWAYS_DECIDES = ["always", "never"] as const;

function pruneNot(condition: { readonly not: Condition }, subject: Subject): Pruned {
  const pruned = pruneCondition(condition.not, subject);
  if (pruned === condition.not) return condition;
  if (pruned === "never") return "always";
  return pruned === "always" ? "never" : { not: pruned };
}

function pruneLeaf(leaf: AttributeCondition, subject: Subject): Pruned {
  if (leaf.attribute !== subject.attribute || !leafNames(leaf, subject)) return leaf;
  const { operator } = leaf;
  if (operator === "eq") return "never";
  return operator === "in" || operator === "not_in" ? pruneList(leaf, subject) : leaf;
}

function pruneList(leaf: AttributeCondition, subject: Subject): Pruned {
  const given: readonly JsonValue[] = Array.isArray(leaf.value) ? leaf.value : [];
  const left = given.filter((value) => !isSubject(value, leaf, subject));
  if (left.length > 0) return { ...leaf, value: left };
  // With nobody in the list it would still be false for contexts without the attribute, as `neq` is.
  return leaf.operator === "in" ? "never" : leaf;
}

/** True when a condition compares the subject's attribute with the subject's value. */
export function namesSubject(condition: Condition, subject: Subject): boolean {
  if ("and" in condition) return condition.and.some((part) => namesSubject(part, subject));
  if ("or" in condition) return condition.or.some((part) => namesSubject(part, subject));
  if ("not" in condition) return namesSubject(condition.not, subject);
  if ("segment" in condition) return false;
  return condition.attribute === subject.attribute && leafNames(condition, subject);
}

function leafNames(leaf: AttributeCondition, subject: Subject): boolean {
  const values = Array.isArray(leaf.value) ? leaf.value : [leaf.value];
  return values.some((value) => isSubject(value, leaf, subject));
}

/** Numbers are compared by their text, as units are. */
function isSubject(value: unknown, leaf: AttributeCondition, { value: unit }: Subject): boolean {
  if (typeof value !== "string" && typeof value !== "number") return false;
  const text = String(value);
  if (text === unit) return true;
  return leaf.ignoreCase === true && text.toLowerCase() === unit.toLowerCase();
}
