import { type HeldState, heldKey } from "../propagation/held-state.ts";
import type { SocketRequest } from "./socket-request.ts";

/**
 * - `good`: the key may read.
 * - `ended`: it was revoked, or has expired.
 * - `unknown`: it is not among what is held; it may have been issued since, or revoked long ago.
 */
export type KeyStanding = "good" | "ended" | "unknown";

/** What a relay knows of an SDK key, by the key's id. */
export function keyStanding(held: HeldState, id: string, nowMs: number): KeyStanding {
  const change = held.documents.get(heldKey({ kind: "key", key: id }))?.change;
  if (change?.kind !== "key") return "unknown";
  if (change.state === null) return "ended";
  const { expiresAtMs } = change.state.document;
  return expiresAtMs !== null && expiresAtMs <= nowMs ? "ended" : "good";
}

/**
 * What becomes of whoever asks for a socket: it is opened; it is closed for good; or there is nothing
 * to be sent to this reader now, because the relay has nothing, or less than the reader.
 */
export function admission(
  held: HeldState,
  { kind, keyId, since }: SocketRequest,
  nowMs: number,
): "open" | "ended" | "not-now" {
  const standing = keyStanding(held, keyId, nowMs);
  if (standing === "ended") return "ended";
  const isAhead = kind === "server" && since !== null && since > held.head.revision;
  return standing === "unknown" || isAhead ? "not-now" : "open";
}

/** The ids of those keys that were held before and are not good after. */
export function endedKeys(before: HeldState, after: HeldState, nowMs: number): readonly string[] {
  const ids: string[] = [];
  for (const { change } of before.documents.values()) {
    if (change.kind !== "key") continue;
    if (keyStanding(after, change.key, nowMs) !== "good") ids.push(change.key);
  }
  return ids;
}

/** When the next key expires; `null`: none will. */
export function nextExpiryMs(held: HeldState, nowMs: number): number | null {
  let next = Number.POSITIVE_INFINITY;
  for (const { change } of held.documents.values()) {
    const expiresAtMs = change.kind === "key" ? change.state?.document.expiresAtMs : undefined;
    if (typeof expiresAtMs === "number" && expiresAtMs > nowMs) next = Math.min(next, expiresAtMs);
  }
  return next === Number.POSITIVE_INFINITY ? null : next;
}
