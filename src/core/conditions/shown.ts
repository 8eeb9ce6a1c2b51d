import { traceValue } from "./trace-value.ts";

const LONGEST = 80;

/** A value as messages show it: JSON, cut to a line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(traceValue(value)) ?? "nothing";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** What kind of thing a value is, with its article. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return KINDS.get(typeof value) ?? `a ${typeof value}`;
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ["string", "a text"],
  ["number", "a number"],
  ["boolean", "true or false"],
  ["object", "an object"],
]);
