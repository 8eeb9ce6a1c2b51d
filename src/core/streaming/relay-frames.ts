import type { ChangesSince } from "../authority/authority-api.ts";
import { changesFrom, type HeldState } from "../propagation/held-state.ts";
import type { RelayFrame } from "./frames.ts";
import type { StreamSettings } from "./settings.ts";
import { withoutKeys } from "./without-keys.ts";

/** What brings a `server` socket that holds `since` to what the relay holds, as a text. */
export function serverFrame(held: HeldState, since: number | null): string {
  const { kind: type, ...members } = withoutKeys(changesFrom(held, since));
  return JSON.stringify({ type, ...members });
}

/** Tells `notify` sockets, of which there are so many, that the relay holds a revision. */
export function changedFrame(revision: number, spreadMs: number): string {
  return JSON.stringify({ type: "changed", revision, spreadMs } satisfies RelayFrame);
}

/** Over how long so many readers are to be spread that hear of a change at the same time. */
export function spreadMs(readers: number, isUrgent: boolean, settings: StreamSettings): number {
  const { longestSpreadMs, longestUrgentSpreadMs, notSpread, spreadEachMs } = settings;
  const longest = isUrgent ? longestUrgentSpreadMs : longestSpreadMs;
  return Math.round(Math.min(longest, Math.max(0, readers - notSpread) * spreadEachMs));
}

/**
 * True when somebody may be waiting for the changes in an emergency: among them is a killed flag,
 * or a key that is gone; or everything, in which either may be hidden.
 */
export function isUrgentForReaders(changes: ChangesSince): boolean {
  if (changes.kind !== "delta") return true;
  return changes.delta.changes.some(
    ({ kind, state }) =>
      (kind === "flag" && state !== null && state.document.killed !== null) ||
      (kind === "key" && state === null),
  );
}
