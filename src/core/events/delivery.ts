/** A message as a queue hands it over, whatever the queue is made of. */
export interface DeliveredMessage {
  /** The queue's name for the message; the same at each delivery of it. */
  readonly id: string;
  /** What was sent, unchecked: a chunk, unless something else found its way into the queue. */
  readonly body: unknown;
  /** Which delivery this is: 1, 2, 3 … */
  readonly attempts: number;
}

/** What is to become of a delivered message. */
export type DeliveryOutcome =
  /** It is counted or set aside, and may be forgotten. */
  | { readonly kind: "done" }
  /** It could not be stored now. `error` is for the log and the dead letter. */
  | { readonly kind: "retry"; readonly error: string };

/**
 * Who takes what the queue on SQLite delivers, each body as JSON text. Answers one outcome for each
 * message, in the same order.
 */
export interface EventConsumerApi {
  /** Counts chunks, and sets aside what is none. */
  consume(
    queue: string,
    messages: readonly DeliveredMessage[],
  ): Promise<readonly DeliveryOutcome[]>;
  /** Sets aside messages that were tried often enough. */
  setAside(queue: string, messages: readonly FailedMessage[]): Promise<readonly DeliveryOutcome[]>;
}

export interface FailedMessage extends DeliveredMessage {
  /** Why the last try failed; `null`: the queue does not know. */
  readonly error: string | null;
}

/** How often a message is tried again before it is set aside. */
export const DELIVERY_RETRIES = 5;

/** For people; a whole stack is not. */
const ERROR_LENGTH = 300;

export const retryLater = (error: unknown): DeliveryOutcome => ({
  kind: "retry",
  error: String(error).slice(0, ERROR_LENGTH),
});

/**
 * How long a message waits after its n-th failed delivery: 5 s, 30 s, 3 min, 18 min, an hour, of
 * which a random third is left out so that messages do not return together. Together they outlast
 * an outage of most of an hour. `random` is in `[0, 1)`.
 */
export function retryDelaySeconds(attempts: number, random: number): number {
  const longest = Math.min(3_600, 5 * 6 ** Math.min(attempts - 1, 10));
  return Math.max(1, Math.round(longest * (1 - random / 3)));
}
