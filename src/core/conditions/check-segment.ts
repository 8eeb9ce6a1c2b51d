import { DOCUMENT_KEY_PATTERN, LIMITS } from "../documents/limits.ts";
import type { Issue } from "../issue.ts";
import { isRecord } from "../json.ts";
import type { UnknownRecord } from "../json.ts";
import { childPointer } from "../json-pointer.ts";
import { hasMember, onlyKnownMembers } from "./members.ts";
import { kindOf, shown } from "./shown.ts";

/** What a segment's document says, its conditions not yet looked at. */
export interface CheckedSegment {
  readonly unit: string;
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  readonly rules: readonly unknown[];
}

const MEMBERS = ["key", "name", "description", "unit", "included", "excluded", "rules"] as const;
const MOST_ISSUES_PER_LIST = 10;

/**
 * Checks a segment's document but for its conditions, and reports everything that is wrong.
 * `key` is the name it is filed under, which it must itself say.
 */
export function checkSegment(
  input: unknown,
  key: string,
  path: string,
  issues: Issue[],
): CheckedSegment | undefined {
  if (!isRecord(input)) {
    const message = `a segment is an object, not ${kindOf(input)}`;
    issues.push({ path, code: "segment.not-an-object", message });
    return undefined;
  }
  const before = issues.length;
  onlyKnownMembers(input, MEMBERS, path, "segment.unknown-member", issues);
  checkKey(input, key, path, issues);
  checkText(input, "name", path, issues);
  checkText(input, "description", path, issues);
  checkText(input, "unit", path, issues);
  const included = checkUnits(input, "included", path, issues);
  const excluded = checkUnits(input, "excluded", path, issues);
  const rules = checkList(input, "rules", path, issues);
  if (issues.length > before) return undefined;
  const unit = typeof input["unit"] === "string" ? input["unit"] : "targetingKey";
  return { unit, included, excluded, rules };
}

function checkKey(input: UnknownRecord, key: string, path: string, issues: Issue[]): void {
  const given = input["key"];
  const report = (code: string, message: string): void => {
    issues.push({ path: childPointer(path, "key"), code, message });
  };
  if (!hasMember(input, "key")) report("segment.missing-member", '"key" is missing');
  else if (typeof given !== "string" || !DOCUMENT_KEY_PATTERN.test(given)) {
    const form =
      "1 to 128 letters, digits, dots, hyphens and underscores, not beginning with a sign";
    report("segment.bad-member", `"key" is ${form}; got ${shown(given)}`);
  } else if (given !== key) {
    report("segment.key-mismatch", `"key" says ${shown(given)}, and the segment is ${shown(key)}`);
  }
}

function checkText(
  input: UnknownRecord,
  name: "name" | "description" | "unit",
  path: string,
  issues: Issue[],
): void {
  if (!hasMember(input, name)) return;
  const given = input[name];
  const isText = typeof given === "string" && given.length <= LIMITS.textLength;
  if (isText && (name !== "unit" || given !== "")) return;
  const what = name === "unit" ? "the name of an attribute" : "a text";
  issues.push({
    path: childPointer(path, name),
    code: "segment.bad-member",
    message: `"${name}" is ${what} of at most ${LIMITS.textLength} characters; got ${shown(given)}`,
  });
}

function checkList(
  input: UnknownRecord,
  name: "included" | "excluded" | "rules",
  path: string,
  issues: Issue[],
): readonly unknown[] {
  const given = input[name];
  if (Array.isArray(given)) return given;
  const isMissing = !hasMember(input, name);
  issues.push({
    path: childPointer(path, name),
    code: isMissing ? "segment.missing-member" : "segment.bad-member",
    message: isMissing
      ? `"${name}" is missing; write [] for none`
      : `"${name}" is a list, not ${kindOf(given)}`,
  });
  return [];
}

function checkUnits(
  input: UnknownRecord,
  name: "included" | "excluded",
  path: string,
  issues: Issue[],
): readonly string[] {
  const units: string[] = [];
  let refused = 0;
  for (const [index, item] of checkList(input, name, path, issues).entries()) {
    if (typeof item === "string" && item !== "") {
      units.push(item);
      continue;
    }
    const hint = typeof item === "number" ? `; write ${JSON.stringify(String(item))}` : "";
    issues.push({
      path: childPointer(childPointer(path, name), index),
      code: "segment.bad-member",
      message: `a unit is a text that is not empty; got ${shown(item)}${hint}`,
    });
    refused += 1;
    if (refused === MOST_ISSUES_PER_LIST) break;
  }
  return units;
}
