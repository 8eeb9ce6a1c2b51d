import { OPERATORS } from "../documents/condition.ts";
import type { Operator } from "../documents/condition.ts";
import type { UnknownRecord } from "../json.ts";
import { childPointer } from "../json-pointer.ts";
import { PLATFORM_ATTRIBUTES, parseAttributePath } from "./attribute-path.ts";
import type { AttributePath } from "./attribute-path.ts";
import { AttributeCondition } from "./attribute-condition.ts";
import type { CompiledCondition, ConditionScope } from "./condition-scope.ts";
import { hasMember, onlyKnownMembers } from "./members.ts";
import { segmentsCondition } from "./membership.ts";
import { hintOf } from "./nearest-name.ts";
import type { Operand } from "./operand.ts";
import { FOLDING_OPERATORS, OPERATOR_ALIASES, OPERATOR_COMPILERS } from "./operators.ts";
import { presenceCondition } from "./presence.ts";
import { kindOf, shown } from "./shown.ts";

export const LEAF_MEMBERS = ["attribute", "operator", "value", "ignoreCase"] as const;

const LONGEST_ATTRIBUTE = 500;

/** Compiles `{ attribute, operator, value, ignoreCase }`; reports everything that is wrong. */
export function compileLeaf(
  input: UnknownRecord,
  path: string,
  scope: ConditionScope,
): CompiledCondition | undefined {
  const isClean = onlyKnownMembers(
    input,
    LEAF_MEMBERS,
    path,
    "condition.unknown-member",
    scope.issues,
  );
  const operator = checkOperator(input, path, scope);
  const attribute = checkAttribute(input, path, operator, scope);
  if (operator === undefined) return undefined;
  const ignoreCase = checkIgnoreCase(input, path, operator, scope);
  const compiled = compileChecked(input, path, operator, attribute, ignoreCase === true, scope);
  return isClean && ignoreCase !== undefined ? compiled : undefined;
}

function compileChecked(
  input: UnknownRecord,
  path: string,
  operator: Operator,
  attribute: AttributePath | "none" | undefined,
  ignoreCase: boolean,
  scope: ConditionScope,
): CompiledCondition | undefined {
  if (!checkValuePresence(input, path, operator, scope)) return undefined;
  if (operator === "exists" || operator === "not_exists") {
    return attribute === undefined || attribute === "none"
      ? undefined
      : presenceCondition(operator, attribute);
  }
  const operand: Operand = {
    operator,
    value: input["value"],
    path: childPointer(path, "value"),
    ignoreCase,
    issues: scope.issues,
    compilePattern: scope.compilePattern,
  };
  if (attribute === "none") {
    return isSegmentOperator(operator) ? segmentsCondition(operator, operand, scope) : undefined;
  }
  // Compiled without an attribute too, so that one reading reports what is wrong with both.
  const test = OPERATOR_COMPILERS[operator](operand);
  if (test === undefined || attribute === undefined) return undefined;
  return new AttributeCondition(attribute, test, operand);
}

function checkOperator(
  input: UnknownRecord,
  path: string,
  scope: ConditionScope,
): Operator | undefined {
  const given = input["operator"];
  const known = OPERATORS.find((name) => name === given);
  if (known !== undefined) return known;
  const isMissing = !hasMember(input, "operator");
  scope.issues.push({
    path: childPointer(path, "operator"),
    code: isMissing ? "condition.missing-member" : "condition.unknown-operator",
    message: isMissing
      ? `"operator" is missing; write one of ${OPERATORS.join(", ")}`
      : unknownOperator(given),
  });
  return undefined;
}

function unknownOperator(given: unknown): string {
  if (typeof given !== "string") return `"operator" is a text, not ${kindOf(given)}`;
  const meant = OPERATOR_ALIASES.get(given.toLowerCase()) ?? given;
  return `unknown operator ${shown(given)}; ${hintOf(meant, OPERATORS)}`;
}

/** `"none"` where the operator does without; `undefined` after reporting that it is bad. */
function checkAttribute(
  input: UnknownRecord,
  path: string,
  operator: Operator | undefined,
  scope: ConditionScope,
): AttributePath | "none" | undefined {
  const report = (code: string, message: string): undefined => {
    scope.issues.push({ path: childPointer(path, "attribute"), code, message });
  };
  const name = input["attribute"];
  if (!hasMember(input, "attribute")) {
    if (operator !== undefined && isSegmentOperator(operator)) return "none";
    return report("condition.missing-member", '"attribute" is missing; name what to compare');
  }
  if (typeof name !== "string" || name === "") {
    return report("condition.bad-attribute", `"attribute" is a name, not ${shown(name)}`);
  }
  if (name.length > LONGEST_ATTRIBUTE) {
    const message = `"attribute" has ${name.length} characters; at most ${LONGEST_ATTRIBUTE}`;
    return report("condition.bad-attribute", message);
  }
  if (name.startsWith("$") && !PLATFORM_ATTRIBUTES.some((known) => known === name)) {
    const next = hintOf(name, PLATFORM_ATTRIBUTES);
    const message = `names with $ are the platform's, and it has no ${shown(name)}; ${next}`;
    return report("condition.unknown-platform-attribute", message);
  }
  return parseAttributePath(name);
}

/** `undefined` after reporting that it is bad. */
function checkIgnoreCase(
  input: UnknownRecord,
  path: string,
  operator: Operator,
  scope: ConditionScope,
): boolean | undefined {
  const given = input["ignoreCase"];
  if (given === undefined || given === false) return false;
  const isMeaningful = FOLDING_OPERATORS.has(operator);
  if (given === true && isMeaningful) return true;
  scope.issues.push({
    path: childPointer(path, "ignoreCase"),
    code: given === true ? "condition.unexpected-member" : "condition.bad-value",
    message:
      given === true
        ? `"ignoreCase" has no meaning with ${operator}; leave it out`
        : `"ignoreCase" is true or false, not ${shown(given)}`,
  });
  return undefined;
}

function checkValuePresence(
  input: UnknownRecord,
  path: string,
  operator: Operator,
  scope: ConditionScope,
): boolean {
  const takesValue = operator !== "exists" && operator !== "not_exists";
  if (hasMember(input, "value") === takesValue) return true;
  scope.issues.push({
    path: childPointer(path, "value"),
    code: takesValue ? "condition.missing-member" : "condition.unexpected-member",
    message: takesValue
      ? `"value" is missing; ${operator} needs one to compare with`
      : `${operator} takes no "value"; leave it out`,
  });
  return false;
}

function isSegmentOperator(operator: Operator): operator is "in_segment" | "not_in_segment" {
  return operator === "in_segment" || operator === "not_in_segment";
}
