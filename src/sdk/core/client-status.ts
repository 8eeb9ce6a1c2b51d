import type { ConnectionState } from "./connection.ts";

/**
 * OpenFeature's provider states.
 * - `NOT_READY`: nothing to evaluate with yet, or closed.
 * - `READY`: what is held is the newest, by an open stream or by the last poll.
 * - `STALE`: what is held was the newest once; flags are evaluated all the same.
 * - `ERROR`: nothing to evaluate with, and the server could not be reached or understood. The
 *   client goes on trying.
 * - `FATAL`: the key is not accepted. Nothing is tried any more; what is held stays in use.
 */
export type ClientStatus = "NOT_READY" | "READY" | "STALE" | "ERROR" | "FATAL";

/** How the last word with the server went; `null`: none yet, or the stream was lost since. */
export type Contact = "good" | "failed" | null;

interface StatusFacts {
  readonly connection: Pick<ConnectionState, "phase" | "isRefused">;
  readonly contact: Contact;
  readonly isHolding: boolean;
}

export function statusOf({ connection, contact, isHolding }: StatusFacts): ClientStatus {
  if (connection.phase === "ended") return connection.isRefused ? "FATAL" : "NOT_READY";
  if (!isHolding) return contact === "failed" ? "ERROR" : "NOT_READY";
  return contact === "good" ? "READY" : "STALE";
}
