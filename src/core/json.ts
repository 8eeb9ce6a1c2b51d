export type JsonPrimitive = string | number | boolean | null;
export type JsonValue = JsonPrimitive | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A JSON object as it came from outside: nothing about its members is known. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** True for objects that JSON would write in braces. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * One text per value: members sorted by UTF-16 code unit at every level, no white space,
 * members that are `undefined` left out. Hashes and comparisons of documents rest on it. A number
 * that JSON has no text for is printed by its name, so that it is not mistaken for `null`.
 */
export function canonicalJson(value: unknown): string {
  // What was canonical once is so again, and the platform prints it several times as fast.
  if (isInOrder(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  }
  if (!isRecord(value)) return typeof value === "number" ? String(value) : JSON.stringify(value);
  const members: string[] = [];
  for (const key of Object.keys(value).toSorted()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

/** True when `JSON.stringify` prints the canonical text. */
function isInOrder(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  if (!isRecord(value)) return false;
  let last = "";
  for (const key of Object.keys(value)) {
    if (key < last || !isInOrder(value[key])) return false;
    last = key;
  }
  return true;
}
