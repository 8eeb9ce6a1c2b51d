import { LIMITS } from "../documents/limits.ts";
import { isRecord } from "../json.ts";
import type { UnknownRecord } from "../json.ts";
import { childPointer } from "../json-pointer.ts";
import { allOf, anyOf } from "./combine.ts";
import { LEAF_MEMBERS, compileLeaf } from "./compile-leaf.ts";
import type { CompiledCondition, ConditionScope } from "./condition-scope.ts";
import { hasMember, onlyKnownMembers } from "./members.ts";
import { resolveSegment } from "./resolve-segment.ts";
import { kindOf, shown } from "./shown.ts";

const GROUP_MEMBERS = ["and", "or", "not", "segment"] as const;
const ALL_MEMBERS = [...GROUP_MEMBERS, ...LEAF_MEMBERS];

const FORMS =
  "a condition is one of {attribute, operator, value}, {segment}, {and: [...]}, {or: [...]} " +
  "and {not: ...}";

/**
 * Checks a condition of unknown shape and makes predicates of it: operands are read, patterns
 * compiled and segments looked up here, once.
 *
 * On `undefined` the scope's issues say everything that is wrong, with pointers that begin with
 * `path`. Nesting stops at `LIMITS.conditionDepth` and counting at the scope's budget, so a
 * hostile document costs no more than a good one.
 */
export function compileCondition(
  input: unknown,
  path: string,
  scope: ConditionScope,
): CompiledCondition | undefined {
  return compileAt(input, path, scope, 1);
}

function compileAt(
  input: unknown,
  path: string,
  scope: ConditionScope,
  depth: number,
): CompiledCondition | undefined {
  if (!isWithinLimits(path, scope, depth)) return undefined;
  if (!isRecord(input)) {
    const message = `${FORMS}; got ${kindOf(input)}`;
    scope.issues.push({ path, code: "condition.not-an-object", message });
    return undefined;
  }
  const form = formOf(input, path, scope);
  if (form === undefined) return undefined;
  if (form === "leaf") {
    const compile = () => compileLeaf(input, path, scope);
    return scope.shared === undefined ? compile() : scope.shared.of(input, compile);
  }
  const isClean = onlyKnownMembers(input, [form], path, "condition.unknown-member", scope.issues);
  const compiled = compileForm(form, input[form], childPointer(path, form), scope, depth);
  return isClean ? compiled : undefined;
}

type GroupForm = (typeof GROUP_MEMBERS)[number];

function compileForm(
  form: GroupForm,
  content: unknown,
  path: string,
  scope: ConditionScope,
  depth: number,
): CompiledCondition | undefined {
  if (form === "segment") return compileSegmentCondition(content, path, scope);
  if (form === "not") {
    const child = compileAt(content, path, scope, depth + 1);
    return child === undefined ? undefined : negated(child);
  }
  const children = compileChildren(form, content, path, scope, depth);
  if (children === undefined) return undefined;
  return form === "and" ? allOf(children) : anyOf(children);
}

function compileChildren(
  form: "and" | "or",
  content: unknown,
  path: string,
  scope: ConditionScope,
  depth: number,
): readonly CompiledCondition[] | undefined {
  if (!Array.isArray(content)) {
    const message = `"${form}" holds a list of conditions, not ${kindOf(content)}`;
    scope.issues.push({ path, code: "condition.bad-value", message });
    return undefined;
  }
  const children: CompiledCondition[] = [];
  for (const [index, item] of content.entries()) {
    const child = compileAt(item, childPointer(path, index), scope, depth + 1);
    if (child !== undefined) children.push(child);
    if (scope.budget.nodes < 0) break;
  }
  return children.length === content.length ? children : undefined;
}

function compileSegmentCondition(
  content: unknown,
  path: string,
  scope: ConditionScope,
): CompiledCondition | undefined {
  if (typeof content !== "string" || content === "") {
    const message = `"segment" is the key of a segment, not ${shown(content)}`;
    scope.issues.push({ path, code: "condition.bad-value", message });
    return undefined;
  }
  const segment = resolveSegment(content, path, scope);
  if (segment === undefined) return undefined;
  return { shape: { kind: "segment", segment }, holds: segment.holds };
}

function negated(condition: CompiledCondition): CompiledCondition {
  return { shape: { kind: "not", condition }, holds: (subject) => !condition.holds(subject) };
}

/** Which form the object has; on `undefined` it has been reported that it has none, or two. */
function formOf(
  input: UnknownRecord,
  path: string,
  scope: ConditionScope,
): GroupForm | "leaf" | undefined {
  const forms: (GroupForm | "leaf")[] = GROUP_MEMBERS.filter((name) => hasMember(input, name));
  if (LEAF_MEMBERS.some((name) => hasMember(input, name))) forms.push("leaf");
  const [form, second] = forms;
  if (form !== undefined && second === undefined) return form;
  if (form !== undefined) {
    const names = ALL_MEMBERS.filter((name) => hasMember(input, name)).join(", ");
    const message = `${FORMS}; this one has ${names}: nest them in an "and" or "or"`;
    scope.issues.push({ path, code: "condition.ambiguous", message });
    return undefined;
  }
  onlyKnownMembers(input, ALL_MEMBERS, path, "condition.unknown-member", scope.issues);
  if (Object.keys(input).length === 0) {
    const message = `${FORMS}; this one is empty`;
    scope.issues.push({ path, code: "condition.empty", message });
  }
  return undefined;
}

/** Takes one condition from the budget. */
function isWithinLimits(path: string, scope: ConditionScope, depth: number): boolean {
  const { budget, issues } = scope;
  if (budget.nodes < 0) return false;
  budget.nodes -= 1;
  if (budget.nodes < 0) {
    const message =
      `more than ${LIMITS.conditionNodesPerFlag} conditions in one document; ` +
      'put values into one "in", or parts into segments';
    issues.push({ path, code: "condition.too-many", message });
    return false;
  }
  if (depth > LIMITS.conditionDepth) {
    const message = `nested more than ${LIMITS.conditionDepth} levels; move the inner part into a segment`;
    issues.push({ path, code: "condition.too-deep", message });
    return false;
  }
  return true;
}
