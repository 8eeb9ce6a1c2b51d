import type { ChangesSince } from "../authority/authority-api.ts";
import type { EnvironmentId } from "../brand.ts";
import type { RelayAddress } from "./relay-address.ts";
import type { StageIssue } from "./stage.ts";

/** What brings a relay forward. */
export type Advance = Extract<ChangesSince, { readonly kind: "delta" | "snapshot" }>;

/** One call of a relay: what it is to take, and whom it is to pass that on to. */
export interface Delivery {
  readonly environmentId: EnvironmentId;
  readonly advance: Advance;
  readonly forward: readonly Branch[];
  /** The relay is to try it, and to take it only if it finds nothing wrong. */
  readonly isTrial?: true;
}

/** A relay of the tree that a change travels down, and those behind it. */
export interface Branch {
  readonly to: RelayAddress;
  readonly forward: readonly Branch[];
}

/**
 * What a relay says of itself: after a delivery, which it acknowledges thereby, and when it asks the
 * authority whether it has missed anything.
 */
export interface RelayReport {
  readonly relay: RelayAddress;
  /** What it holds durably, and answers with from now on; `null`: nothing yet. */
  readonly revision: number | null;
  /** Streaming clients that it reaches. */
  readonly sockets: number;
  /** What its readers said, for its latest revisions. */
  readonly observed: readonly Observation[];
  /** What it was to try and has not taken, and why. */
  readonly refused?: { readonly revision: number; readonly issue: StageIssue };
}

/** When readers of one relay had a revision, by that relay's clock. Sampled, and not durable. */
export interface Observation {
  readonly revision: number;
  /** The first question from a reader that evaluated with it, or with a later one. */
  readonly firstAtMs: number | null;
  /** The last question from a reader that still evaluated with an older one. */
  readonly lastOlderAtMs: number | null;
}

/** A relay's answer to a reader. */
export type RelayAnswer =
  /** The newest state that has arrived in the region. */
  | { readonly kind: "confirmed"; readonly changes: ChangesSince }
  /** The newest that the relay has, but it has not heard from the authority for too long. */
  | { readonly kind: "unconfirmed"; readonly changes: ChangesSince }
  /** The relay has nothing that the reader has not, and the authority does not answer. */
  | { readonly kind: "nothing" };

/** What a relay answers over RPC. Both may be called again, late, or in another order. */
export interface RelayApi {
  /** Takes a delivery, passes it on, and answers for all that have it: itself, and those reached. */
  deliver(delivery: Delivery): Promise<readonly RelayReport[]>;
  /** What a reader at `since` lacks; `null`: everything. */
  changesSince(since: number | null): Promise<RelayAnswer>;
}

/** What an authority answers to relays over RPC. */
export interface EnlistingApi {
  /**
   * Takes note of a relay and of what it holds, and answers with what it lacks. To be repeated until
   * there is nothing more, since only a report acknowledges.
   */
  enlist(report: RelayReport): Promise<ChangesSince>;
  /** For a relay that cannot believe what it got: all that everybody may have. */
  released(): Promise<ChangesSince>;
}
