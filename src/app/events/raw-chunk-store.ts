import type { EventChunk } from "../../core/events/chunk.ts";

/** Every event as it was taken, for good: one object for each chunk, never written over. */
export interface RawChunkStore {
  /** Keeps a chunk; does nothing when it is there. Rejects when it cannot be known to be kept. */
  keep(chunk: EventChunk): Promise<void>;
}
