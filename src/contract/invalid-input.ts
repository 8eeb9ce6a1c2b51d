import type { z } from "zod";
import { nearestName } from "../core/conditions/nearest-name.ts";
import type { Issue } from "../core/issue.ts";
import { isRecord } from "../core/json.ts";
import { withArticle } from "./article.ts";

type ZodIssue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Beyond this the sender has another problem than any single field. */
const MOST_ISSUES = 100;

/**
 * What a schema found wrong with `input`, one entry per place, in words that name the value and
 * what would be right. Of a union, the form that the input comes nearest to speaks.
 */
export function invalidInput(error: z.core.$ZodError, input: unknown): readonly Issue[] {
  return error.issues.flatMap((issue) => described(issue, [], input)).slice(0, MOST_ISSUES);
}

function described(issue: ZodIssue, before: Path, input: unknown): readonly Issue[] {
  const path = [...before, ...issue.path];
  const value = valueAt(input, issue.path);
  if (issue.code === "unrecognized_keys") return unknownFields(issue, path);
  if (issue.code === "invalid_union") {
    const branch = nearestBranch(issue.errors, value);
    if (value !== undefined && branch !== undefined) {
      return branch.flatMap((inner) => described(inner, path, value));
    }
  }
  return [{ path: pointer(path), code: codeOf(issue, value), message: messageOf(issue, value) }];
}

function unknownFields(
  issue: Extract<ZodIssue, { code: "unrecognized_keys" }>,
  path: Path,
): readonly Issue[] {
  const messages = issue.message.split("\n");
  return issue.keys.map((key, index) => ({
    path: pointer([...path, key]),
    code: "unknown-field",
    message: messages[index] ?? issue.message,
  }));
}

/** The one form with the fewest faults of shape; `undefined` when none stands out. */
function nearestBranch(
  branches: readonly (readonly ZodIssue[])[],
  value: unknown,
): readonly ZodIssue[] | undefined {
  let best: readonly ZodIssue[] | undefined;
  let least = Number.POSITIVE_INFINITY;
  let tied = false;
  for (const branch of branches) {
    const faults = branch.reduce((sum, issue) => sum + faultsOfShape(issue, value), 0);
    if (faults < least) [best, least, tied] = [branch, faults, false];
    else if (faults === least) tied = true;
  }
  return tied ? undefined : best;
}

function faultsOfShape(issue: ZodIssue, value: unknown): number {
  if (issue.path.length === 0) return issue.code === "unrecognized_keys" ? issue.keys.length : 2;
  return issue.path.length === 1 && valueAt(value, issue.path) === undefined ? 1 : 0;
}

function codeOf(issue: ZodIssue, value: unknown): string {
  if (value === undefined) return "required";
  return issue.code === "custom" ? "invalid" : issue.code.replaceAll("_", "-");
}

function messageOf(issue: ZodIssue, value: unknown): string {
  if (value === undefined) return "is required";
  const is = `is ${shown(value)}`;
  if (issue.code === "invalid_type") return `${is}, must be ${expectedType(issue.expected)}`;
  if (issue.code === "invalid_value") return `${is}, ${oneOf(issue.values.map(String), value)}`;
  if (issue.code === "too_small") {
    return `${is}, must ${sizeOf(issue.origin, "at least", Number(issue.minimum))}`;
  }
  if (issue.code === "too_big") {
    return `${is}, must ${sizeOf(issue.origin, "at most", Number(issue.maximum))}`;
  }
  return isRecord(value) ? issue.message : `${is}: ${issue.message}`;
}

function oneOf(known: readonly string[], value: unknown): string {
  const nearest = typeof value === "string" ? nearestName(value, known) : undefined;
  const list = known.length === 1 ? `must be ${known[0]}` : `must be one of ${known.join(", ")}`;
  return nearest === undefined ? list : `${list}; did you mean "${nearest}"?`;
}

function sizeOf(origin: string, bound: string, limit: number): string {
  if (origin === "string") return `have ${bound} ${limit} characters`;
  if (origin === "array" || origin === "set") return `have ${bound} ${limit} items`;
  return `be ${bound} ${limit}`;
}

function expectedType(expected: string): string {
  if (expected === "int") return "a whole number";
  if (expected === "record") return "an object";
  return withArticle(expected);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isRecord(value)) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === "number") value = value[step];
    else if (isRecord(value) && typeof step === "string" && Object.hasOwn(value, step)) {
      value = value[step];
    } else return undefined;
  }
  return value;
}

/** RFC 6901. */
function pointer(path: Path): string {
  return path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
