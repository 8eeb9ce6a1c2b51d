import type { RelayAddress } from "./relay-address.ts";
import type { StageEnd, StageIssue } from "./stage.ts";

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
   * - `reverted`: a relay that tried it has refused it, and a later revision took it back.
   */
  readonly state: "accepted" | "relayed" | "reverted";
  /** When the last relay acknowledged it, by the authority's clock; `null`: not all have. */
  readonly relayedAtMs: number | null;
  /** How it was tried before all got it; `null`: it was not, or that is no longer known. */
  readonly stage: StageReceipt | null;
  /** By region and shard. */
  readonly relays: readonly RelayReceipt[];
}

export interface StageReceipt {
  /** `waiting`: an earlier change is being tried. `trying`: this one is. Others: how that ended. */
  readonly state: "waiting" | "trying" | StageEnd["outcome"];
  /** The relay that is trying or was the last to try it; `null` while it waits. */
  readonly canary: RelayAddress | null;
  /** Since when, by the authority's clock, as all moments of a stage. */
  readonly canarySinceMs: number | null;
  readonly beganAtMs: number | null;
  /** When it was released to all, or taken back. */
  readonly endedAtMs: number | null;
  /** Why it was refused. */
  readonly issue: StageIssue | null;
  /** The revision that took it back. */
  readonly revertedBy: number | null;
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
