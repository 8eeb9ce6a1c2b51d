import type { DeliverySettings } from "../documents/settings.ts";

/** When an evaluator may answer from what it holds. All in milliseconds. */
export interface FreshnessSettings {
  /** Younger than this is served without asking anyone. */
  readonly freshMs: number;
  /** Younger than this is served too, and confirmed behind the answer. */
  readonly graceMs: number;
  /** How long an answer waits for a confirmation before it is given stale. */
  readonly confirmDeadlineMs: number;
  /** How long an answer waits for whatever comes first when nothing is held. */
  readonly coldDeadlineMs: number;
  /** A confirmation in flight for longer than this no longer keeps others from starting one. */
  readonly flightExpiryMs: number;
  /** After a failed confirmation the next one is begun no sooner than this. */
  readonly retryAfterMs: number;
  /** The same after an answer that could not be used, which the next one seldom cures. */
  readonly retryRejectedAfterMs: number;
  /** For this long after a failure no answer waits for the next confirmation. */
  readonly impatientForMs: number;
  /**
   * A key that is not in the table may be newer than the ruleset, so it is asked for; but not more
   * often than this, because anyone can make keys up.
   */
  readonly newKeyEveryMs: number;
  /** How long an environment that nobody knows stays unknown without asking again. */
  readonly unknownForMs: number;
}

/** With these, and no others in the ruleset, each answer either is at most a second behind its source or says that it is stale. */
export const FRESHNESS: FreshnessSettings = {
  freshMs: 500,
  graceMs: 1_000,
  confirmDeadlineMs: 250,
  coldDeadlineMs: 1_000,
  flightExpiryMs: 1_000,
  retryAfterMs: 250,
  retryRejectedAfterMs: 2_000,
  impatientForMs: 2_000,
  newKeyEveryMs: 250,
  unknownForMs: 10_000,
};

/** What holds for a ruleset that says how it is delivered; `null`: it leaves that open. */
export function freshnessOf(
  base: FreshnessSettings,
  delivery: DeliverySettings | null,
): FreshnessSettings {
  if (delivery === null) return base;
  const { freshForMs, graceMs, confirmDeadlineMs } = delivery;
  // Whoever waits for a confirmation must not see it given up before.
  const flightExpiryMs = Math.max(base.flightExpiryMs, confirmDeadlineMs);
  return { ...base, freshMs: freshForMs, graceMs, confirmDeadlineMs, flightExpiryMs };
}

export type FreshnessDecision = "serve" | "serve-and-confirm" | "confirm-first";

/**
 * What to do with a ruleset that was known to be the newest `ageMs` ago; `null`: it never was, as
 * with one from the boot copy. An age below zero means that the clock was set back: nothing
 * is known, so it is confirmed first.
 */
export function decideFreshness(
  ageMs: number | null,
  settings: FreshnessSettings,
): FreshnessDecision {
  if (ageMs === null || !(ageMs >= 0)) return "confirm-first";
  if (ageMs < settings.freshMs) return "serve";
  return ageMs < settings.graceMs ? "serve-and-confirm" : "confirm-first";
}

/** True when an answer given at this age must say that it is stale. */
export function isStale(ageMs: number | null, settings: FreshnessSettings): boolean {
  return decideFreshness(ageMs, settings) === "confirm-first";
}
