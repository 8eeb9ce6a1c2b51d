import { childPointer } from "../json-pointer.ts";
import { isRecord } from "../json.ts";
import { SHORTEST_MENTION } from "./subject.ts";

/**
 * Where in a JSON value a unit is written, as JSON Pointers: as a whole text or, if it has at least
 * six characters, within one or within the name of a member.
 */
export function mentionsOf(value: unknown, unit: string, path = ""): readonly string[] {
  if (typeof value === "string" || typeof value === "number") {
    return isMention(String(value), unit) ? [path] : [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => mentionsOf(item, unit, childPointer(path, index)));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const place = childPointer(path, name);
    const named = unit.length >= SHORTEST_MENTION && name.includes(unit) ? [place] : [];
    return [...named, ...mentionsOf(member, unit, place)];
  });
}

const isMention = (text: string, unit: string): boolean =>
  text === unit || (unit.length >= SHORTEST_MENTION && text.includes(unit));
