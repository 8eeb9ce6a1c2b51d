import type { RelayReport } from "./messages.ts";
import type { RelayAddress } from "./relay-address.ts";
import type { PropagationSettings } from "./settings.ts";

/** A relay that is told of every change. */
export interface EnlistedRelay extends RelayAddress {
  /** The newest revision that it has said it holds; `null`: none. */
  readonly revision: number | null;
  /** When that became known, by the authority's clock. */
  readonly acknowledgedAtMs: number | null;
  /** Streaming clients that it reached when that became known. */
  readonly sockets: number;
  /** Failed tries since it last answered. */
  readonly attempts: number;
  /** Since when it has not answered though it was called; `null`: it has. */
  readonly silentSinceMs: number | null;
  /** Ordinary changes are not sent before this moment. */
  readonly notBeforeMs: number;
  readonly lastError: string | null;
}

/** An error text is for people; a whole response body is not. */
const ERROR_LENGTH = 300;

export function newlyEnlisted({ region, shard }: RelayAddress, nowMs: number): EnlistedRelay {
  return {
    region,
    shard,
    revision: null,
    acknowledgedAtMs: null,
    sockets: 0,
    attempts: 0,
    silentSinceMs: null,
    notBeforeMs: nowMs,
    lastError: null,
  };
}

/**
 * The relay after it has spoken. It is believed when it says that it holds less than before, too:
 * then it has lost something, or this is a late word, and it will be called once too often.
 */
export function heard(
  relay: EnlistedRelay,
  { revision, sockets }: RelayReport,
  nowMs: number,
): EnlistedRelay {
  const spoken = { ...relay, attempts: 0, silentSinceMs: null, lastError: null };
  if (revision === relay.revision) return spoken;
  return { ...spoken, revision, sockets, acknowledgedAtMs: revision === null ? null : nowMs };
}

/**
 * The relay after a try in vain. It waits longer each time, and a random half of that less, so that
 * many do not return together. `random` is in `[0, 1)`.
 */
export function triedInVain(
  relay: EnlistedRelay,
  error: string,
  { nowMs, random }: { readonly nowMs: number; readonly random: number },
  { firstRetryMs, longestRetryMs }: PropagationSettings,
): EnlistedRelay {
  const longest = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(relay.attempts, 20));
  return {
    ...relay,
    attempts: relay.attempts + 1,
    silentSinceMs: relay.silentSinceMs ?? nowMs,
    notBeforeMs: nowMs + Math.round(longest * (0.5 + random / 2)),
    lastError: error.slice(0, ERROR_LENGTH),
  };
}
