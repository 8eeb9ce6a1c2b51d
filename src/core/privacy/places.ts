export const REQUEST_KINDS = ["export", "erasure"] as const;

/** `settling`: everything was looked at; what was under way then is looked for once more later. */
export const REQUEST_STATES = ["running", "settling", "done"] as const;

/** Where a request looks, in this order; exports and what begins with `late-` only for erasures. */
export const PLACE_NAMES = [
  "flags",
  "archived-flags",
  "segments",
  "history",
  "raw-events",
  "dead-letters",
  "audit-log",
  "repeatable-answers",
  "exports",
  "late-dead-letters",
  "late-events",
  "late-exports",
] as const;
export type PlaceName = (typeof PLACE_NAMES)[number];

/** Looked at once more, when what was under way has arrived. */
export const isLate = (place: PlaceName): boolean => place.startsWith("late-");
