import {
  DELIVERY_RETRIES,
  type DeliveredMessage,
  type DeliveryOutcome,
  type FailedMessage,
  retryDelaySeconds,
  retryLater,
} from "./delivery.ts";
import type { SendResult } from "./event-queue.ts";

/** A message on its way in: the id tells repetitions of it, the text is JSON. */
export interface OfferedMessage {
  readonly id: string;
  readonly body: string;
}

/** A message that waits. */
export interface QueuedMessage extends OfferedMessage {
  /** Failed deliveries so far. */
  readonly failures: number;
  readonly lastError: string | null;
}

/** What waits, all in all. */
export interface Backlog {
  readonly messages: number;
  /** UTF-16 code units of all bodies: their bytes, where they are ASCII. */
  readonly size: number;
}

/** What the queue needs of a synchronous SQLite. Nothing in here may await. */
export interface EmbeddedQueueStore {
  backlog(): Backlog;
  /** Does nothing when a message of that id waits. */
  add(message: OfferedMessage, dueMs: number): void;
  /** Those that are due, the longest due first: `limit` at most. */
  due(nowMs: number, limit: number): Iterable<QueuedMessage>;
  remove(id: string): void;
  postpone(id: string, dueMs: number, error: string): void;
  /** When the first message is due; `null`: none waits. */
  nextDueMs(): number | null;
  /** Runs `work` atomically. The type rejects an async `work`. */
  transaction<T>(work: () => T extends PromiseLike<unknown> ? never : T): T;
}

export const EMBEDDED_QUEUE = {
  /** How long a message waits for others to be delivered with. */
  gatherMs: 1_000,
  batchMessages: 100,
  /** Of the bodies of a batch, in UTF-16 code units; an RPC may have 32 MiB. */
  batchSize: 4_000_000,
  /** With so much waiting, no more is taken: about 2,000,000 events. */
  backlogSize: 512_000_000,
  backlogMessages: 100_000,
  busyRetrySeconds: 5,
} as const;

/** Messages that are tried together: to be counted, or to be set aside. Bodies are JSON text. */
export interface DueBatch {
  readonly consume: readonly DeliveredMessage[];
  readonly setAside: readonly FailedMessage[];
}

/**
 * A queue over one store: what an EventQueue object decides, without platform and clock. A message
 * is in the store until its delivery is known to have succeeded, so it is delivered at least once.
 */
export class EmbeddedQueue {
  readonly #store: EmbeddedQueueStore;

  constructor(store: EmbeddedQueueStore) {
    this.#store = store;
  }

  backlog(): Backlog {
    return this.#store.backlog();
  }

  /** Takes all of the messages or none. Those that wait already count as taken. */
  send(messages: readonly OfferedMessage[], nowMs: number): SendResult {
    const { backlogMessages, backlogSize, busyRetrySeconds, gatherMs } = EMBEDDED_QUEUE;
    const size = messages.reduce((sum, { body }) => sum + body.length, 0);
    const waiting = this.#store.backlog();
    const messagesThen = waiting.messages + messages.length;
    if (messagesThen > backlogMessages || waiting.size + size > backlogSize) {
      return { kind: "busy", retryAfterSeconds: busyRetrySeconds };
    }
    this.#store.transaction(() => {
      for (const message of messages) this.#store.add(message, nowMs + gatherMs);
    });
    return { kind: "accepted" };
  }

  /** The next messages to deliver; empty: nothing is due. */
  due(nowMs: number): DueBatch {
    const consume: DeliveredMessage[] = [];
    const setAside: FailedMessage[] = [];
    let size = 0;
    for (const { id, body, failures, lastError } of this.#store.due(
      nowMs,
      EMBEDDED_QUEUE.batchMessages,
    )) {
      if (size > 0 && size + body.length > EMBEDDED_QUEUE.batchSize) break;
      size += body.length;
      if (failures <= DELIVERY_RETRIES) consume.push({ id, body, attempts: failures + 1 });
      else setAside.push({ id, body, attempts: failures, error: lastError });
    }
    return { consume, setAside };
  }

  /** Takes note of how deliveries ended. One without an outcome comes again like one that failed. */
  settle(
    messages: readonly DeliveredMessage[],
    outcomes: readonly DeliveryOutcome[],
    { nowMs, random }: { readonly nowMs: number; readonly random: () => number },
  ): void {
    this.#store.transaction(() => {
      for (const [index, { id, attempts }] of messages.entries()) {
        const outcome = outcomes[index] ?? retryLater("no outcome");
        if (outcome.kind === "done") this.#store.remove(id);
        else {
          const dueMs = nowMs + retryDelaySeconds(attempts, random()) * 1_000;
          this.#store.postpone(id, dueMs, outcome.error);
        }
      }
    });
  }

  nextDueMs(): number | null {
    return this.#store.nextDueMs();
  }
}
