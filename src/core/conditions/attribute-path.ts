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
}

/** Names beyond these are looked up anew each time, so that the table cannot grow for ever. */
const MOST_SLOTS = 1_000;

const slots = new Map<string, number>();

/** Takes an attribute's name apart. Every text is a name; whether it is a good one is not asked. */
export function parseAttributePath(name: string): AttributePath {
  const source = sourceOf(name);
  return {
    name,
    source,
    steps: source === "context" && name.includes(".") ? name.split(".") : [],
    slot: source === "now" ? -1 : slotOf(name),
  };
}

function sourceOf(name: string): AttributePath["source"] {
  if (name === "$now") return "now";
  return name.startsWith("$") ? "platform" : "context";
}

function slotOf(name: string): number {
  const known = slots.get(name);
  if (known !== undefined) return known;
  if (slots.size === MOST_SLOTS) return -1;
  slots.set(name, slots.size);
  return slots.size - 1;
}
