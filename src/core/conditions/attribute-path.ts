/**
 * The attributes that the platform vouches for. Only they may begin with `$`, so that a rule
 * with a misspelt one is refused instead of never matching.
 */
export const PLATFORM_ATTRIBUTES = [
  "$now",
  "$geo.country",
  "$geo.region",
  "$geo.city",
  "$geo.continent",
  "$geo.colo",
  "$geo.timezone",
  "$device.type",
  "$device.os",
  "$device.browser",
] as const;

/** An attribute's name, taken apart once so that looking it up splits no text. */
export interface AttributePath {
  /** As it was written; also the literal name that is looked up first. */
  readonly name: string;
  /** Who answers: the caller's context, the platform, or the moment itself (`$now`). */
  readonly source: "context" | "platform" | "now";
  /** The steps of a dotted name; empty when the name has no dot. */
  readonly steps: readonly string[];
  /** Where a call keeps the attribute's value; the same for the same name. -1: nowhere. */
  readonly slot: number;
  /** A context's attribute whose name is none by which every object has something. */
  readonly isOwnOnly: boolean;
  readonly isTargetingKey: boolean;
}

/** Names beyond these are taken apart anew each time, so that the table cannot grow for ever. */
const MOST_KEPT = 256;
const LONGEST_KEPT = 200;

/** One path for each name: what thousands of rules read stays in the processor's nearest cache. */
const kept = new Map<string, AttributePath>();

/** Takes an attribute's name apart. Every text is a name; whether it is a good one is not asked. */
export function parseAttributePath(name: string): AttributePath {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const isKept = kept.size < MOST_KEPT && name.length <= LONGEST_KEPT;
  const path = pathOf(name, isKept ? kept.size : -1);
  if (isKept) kept.set(name, path);
  return path;
}

function pathOf(name: string, slot: number): AttributePath {
  const source = sourceOf(name);
  const isDotted = source === "context" && name.includes(".");
  return {
    name,
    source,
    steps: isDotted ? name.split(".") : [],
    slot: source === "now" ? -1 : slot,
    isOwnOnly: source === "context" && !(name in Object.prototype),
    isTargetingKey: name === "targetingKey",
  };
}

/** How many slots have been given so far. */
export function slotCount(): number {
  return kept.size;
}

function sourceOf(name: string): AttributePath["source"] {
  if (name === "$now") return "now";
  return name.startsWith("$") ? "platform" : "context";
}
