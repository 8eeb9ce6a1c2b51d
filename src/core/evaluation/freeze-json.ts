import { isRecord, type JsonValue } from "../json.ts";

/** A copy that nobody can change, neither through itself nor through the original. */
export function frozenJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item: JsonValue) => frozenJson(item)));
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, frozenJson(member)]);
  return Object.freeze(Object.fromEntries(members));
}

function isJsonObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return isRecord(value);
}
