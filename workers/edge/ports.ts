import type { SnapshotReader } from "../../src/core/authority/snapshot-port.ts";
import type { EnvironmentId } from "../../src/core/brand.ts";
import type { EventQueue } from "../../src/core/events/event-queue.ts";
import type { RelayAnswer } from "../../src/core/propagation/messages.ts";
import type { StreamSource } from "./relay-socket.ts";

/** Whoever knows an environment's newest revision: a relay nearby. */
export interface FreshnessSource {
  /**
   * What a reader at `since` lacks; `null`: everything. Rejects when nobody could be asked.
   *
   * @param relayShards Over how many relays the readers of a region spread; absent: not known yet.
   */
  changesSince(
    environmentId: EnvironmentId,
    since: number | null,
    relayShards?: number,
  ): Promise<RelayAnswer>;
}

/**
 * What one request may do to the world. Made for each request and never kept: the platform ties
 * sockets, stubs and promises to the request that made them.
 */
export interface EdgeIo {
  readonly freshness: FreshnessSource;
  readonly snapshots: SnapshotReader;
  readonly events: EventQueue;
  /** Where the operator says that clients reach the edge. */
  readonly publicOrigin?: string | undefined;
  /** Lets work go on behind the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** The same for a request that holds a stream open, as long as it does. */
export interface StreamIo extends EdgeIo {
  readonly streams: StreamSource;
}

export interface Timer {
  readonly done: Promise<void>;
  cancel(): void;
}

/** Time, handed in so that a test owns it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  readonly startTimer: (ms: number) => Timer;
}
