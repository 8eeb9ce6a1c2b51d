import type { JsonValue } from "../json.ts";

const LONGEST_TEXT = 500;
const MOST_MEMBERS = 20;
const DEEPEST = 4;

/**
 * A bounded JSON copy of a value from a context or a document, for people to read: texts, lists
 * and objects are cut with "…", and what JSON cannot say is described in words.
 */
export function traceValue(value: unknown): JsonValue | undefined {
  try {
    return copy(value, DEEPEST);
  } catch {
    return "(unreadable)";
  }
}

function copy(value: unknown, depth: number): JsonValue | undefined {
  if (value === undefined || value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : `(${value})`;
  if (typeof value === "string") {
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  }
  if (typeof value !== "object") return `(a ${typeof value})`;
  if (depth === 0) return "…";
  return Array.isArray(value) ? copyList(value, depth) : copyObject(value, depth);
}

function copyList(list: readonly unknown[], depth: number): JsonValue {
  const items = list.slice(0, MOST_MEMBERS).map((item) => copy(item, depth - 1) ?? null);
  if (list.length > MOST_MEMBERS) items.push(`… ${list.length - MOST_MEMBERS} more`);
  return items;
}

function copyObject(object: object, depth: number): JsonValue {
  const entries = Object.entries(object);
  const members: [string, JsonValue][] = [];
  for (const [name, member] of entries.slice(0, MOST_MEMBERS)) {
    const copied = copy(member, depth - 1);
    if (copied !== undefined) members.push([name, copied]);
  }
  if (entries.length > MOST_MEMBERS) members.push(["…", `${entries.length - MOST_MEMBERS} more`]);
  return Object.fromEntries(members);
}
