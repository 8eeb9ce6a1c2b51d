import type { EventChunk } from "./chunk.ts";

/** How a queue took the chunks that it was given. Only `accepted` is a promise to deliver. */
export type SendResult =
  /** All of them are on durable storage and will be delivered at least once. */
  | { readonly kind: "accepted" }
  /** Too much is waiting. Some may have been taken: sending all of them again is harmless. */
  | { readonly kind: "busy"; readonly retryAfterSeconds: number }
  /** The queue cannot be reached or failed. Some may have been taken, as above. */
  | { readonly kind: "unavailable" };

/** Where chunks wait until they are counted. */
export interface EventQueue {
  /** Resolves when it is known what became of the chunks; never rejects. */
  send(chunks: readonly EventChunk[]): Promise<SendResult>;
}
