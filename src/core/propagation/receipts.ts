import type { RelayAddress } from "./relay-address.ts";

/** How far one revision has come. */
export interface Propagation {
  readonly revision: number;
  /** When the authority committed it. */
  readonly acceptedAtMs: number;
  /**
   * - `accepted`: the authority has committed it, and some relay has not acknowledged it, or there
   *   is none.
   * - `relayed`: every relay has acknowledged it, those included that were dropped since it was
   *   accepted. Time alone never leads here.
   */
  readonly state: "accepted" | "relayed";
  /** When the last relay acknowledged it, by the authority's clock; `null`: not all have. */
  readonly relayedAtMs: number | null;
  /** By region and shard. */
  readonly relays: readonly RelayReceipt[];
}

export interface RelayReceipt extends RelayAddress {
  /**
   * - `pending`: it has not acknowledged the revision, and is tried again.
   * - `relayed`: it holds the revision or a later one, and answers with that.
   * - `gone`: it has not acknowledged the revision, has been silent for a day, and is not tried any
   *   more until it asks.
   */
  readonly state: "pending" | "relayed" | "gone";
  /** What it has said it holds; `null`: nothing. */
  readonly holds: number | null;
  /** When it acknowledged this revision, or the first one after it that it got. */
  readonly acknowledgedAtMs: number | null;
  /** Streaming clients that it reached then. */
  readonly sockets: number | null;
  /** What its readers said, by the relay's own clock; `null`: nothing is known. */
  readonly observed: {
    /** The first reader that evaluated with it, or with a later one. */
    readonly firstAtMs: number | null;
    /** The last reader that still evaluated with an older one. */
    readonly lastOlderAtMs: number | null;
  } | null;
  /** Failed tries since it last answered. */
  readonly attempts: number;
  readonly lastError: string | null;
}
