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
}

/** Takes an attribute's name apart. Every text is a name; whether it is a good one is not asked. */
export function parseAttributePath(name: string): AttributePath {
  if (name === "$now") return { name, source: "now", steps: [] };
  if (name.startsWith("$")) return { name, source: "platform", steps: [] };
  return { name, source: "context", steps: name.includes(".") ? name.split(".") : [] };
}
