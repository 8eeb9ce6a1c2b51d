import { sha256Hex } from "../../core/hash/sha256.ts";
import type { Propagation, RelayReceipt } from "../../core/propagation/receipts.ts";
import { STREAM_LIMITS } from "../stream-limits.ts";

/** What a watcher is told. */
export type WatchEvent =
  /** How far the revision has come; the id is the same for the same state. */
  | { readonly kind: "state"; readonly id: string; readonly propagation: Propagation }
  /** Nothing has happened for a while. */
  | { readonly kind: "quiet" }
  | { readonly kind: "end"; readonly reason: WatchEnd };

/**
 * - `complete`: nothing more will come of it: every relay has acknowledged and was observed, or the
 *   revision was taken back.
 * - `time-limit`: some have not after ten minutes.
 * - `unreachable`: the authority has not answered for 30 s.
 */
export type WatchEnd = "complete" | "time-limit" | "unreachable";

export interface WatchDeps {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** `null`: nobody answered. */
  readonly ask: () => Promise<Propagation | null>;
  /** Fires when nobody watches any more. */
  readonly gone: AbortSignal;
}

const QUICKEST_MS = 200;
const SLOWEST_MS = 1_000;
/** From the quickest to the slowest in about five seconds. */
const SLOWING = 1.2;

/**
 * Tells of a revision's way as it goes: of what is known first, and then of each change. Looks
 * often at the beginning, when most of it happens. `seenId` is of the state that the watcher knows.
 */
export async function* watchPropagation(
  first: Propagation,
  seenId: string | null,
  { now, wait, ask, gone }: WatchDeps,
): AsyncGenerator<WatchEvent, void, undefined> {
  const beganMs = now();
  let told = { id: seenId, atMs: beganMs };
  let answeredMs = beganMs;
  let propagation = first;
  for (let everyMs = QUICKEST_MS; ; everyMs = Math.min(SLOWEST_MS, everyMs * SLOWING)) {
    const id = idOf(propagation);
    if (id !== told.id) {
      told = { id, atMs: now() };
      yield { kind: "state", id, propagation };
    } else if (now() - told.atMs >= STREAM_LIMITS.quietMs) {
      told = { id, atMs: now() };
      yield { kind: "quiet" };
    }
    const reason = endOf(propagation, now() - beganMs, now() - answeredMs);
    if (reason !== null) {
      yield { kind: "end", reason };
      return;
    }
    await wait(everyMs);
    if (gone.aborted) return;
    const answer = await ask();
    if (answer === null) continue;
    propagation = answer;
    answeredMs = now();
  }
}

function endOf(propagation: Propagation, sinceMs: number, silentMs: number): WatchEnd | null {
  const { state, relays } = propagation;
  if (state === "reverted" || (state === "relayed" && relays.every(isSettled))) return "complete";
  if (sinceMs >= STREAM_LIMITS.mostMs) return "time-limit";
  return silentMs >= STREAM_LIMITS.unreachableMs ? "unreachable" : null;
}

/** A relay that is gone is waited for by nobody. */
const isSettled = ({ state, observed }: RelayReceipt): boolean =>
  state === "gone" || (state === "relayed" && (observed?.firstAtMs ?? null) !== null);

const idOf = (propagation: Propagation): string =>
  sha256Hex(JSON.stringify(propagation)).slice(0, 16);
