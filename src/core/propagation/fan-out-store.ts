import type { EnlistedRelay } from "./enlisted-relay.ts";
import type { Observation } from "./messages.ts";
import type { RelayAddress } from "./relay-address.ts";

/** A relay that was silent for so long that it is no longer called, until it enlists again. */
export interface GoneRelay extends RelayAddress {
  /** What it held when it was last heard. */
  readonly revision: number | null;
  readonly goneAtMs: number;
}

/** That a relay held a revision, all older ones included, and when that became known. */
export interface Receipt extends RelayAddress {
  readonly revision: number;
  /** By the authority's clock. */
  readonly atMs: number;
  /** Streaming clients that the relay reached then. */
  readonly sockets: number;
}

/** What a relay's readers said of one revision. */
export type RelayObservation = RelayAddress & Observation;

/** What fanning out needs of a synchronous SQLite. Each method is atomic. */
export interface FanOutStore {
  relays(): readonly EnlistedRelay[];
  /** A relay that was gone is so no more. */
  putRelay(relay: EnlistedRelay): void;
  gone(): readonly GoneRelay[];
  /** Moves a relay to those that are gone, of which the latest `KEPT.gone` are kept. */
  dropRelay(relay: GoneRelay): void;
  /** Keeps the latest `KEPT.receiptsPerRelay`. One that is there already stays as it is. */
  addReceipt(receipt: Receipt): void;
  /** Of each relay the first that covers a revision, among those that are kept. */
  receiptsFor(revision: number): readonly Receipt[];
  /** Replaces what was known; keeps the latest `KEPT.observationsPerRelay`. */
  putObservation(observation: RelayObservation): void;
  /** Of each relay the first that covers a revision, among those that are kept. */
  observationsFor(revision: number): readonly RelayObservation[];
}

/** How much is kept: it bounds the tables, and what one answer holds. */
export const KEPT = {
  relays: 256,
  gone: 64,
  receiptsPerRelay: 100,
  observationsPerRelay: 20,
  stages: 100,
} as const;
