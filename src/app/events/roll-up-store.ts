import type { ChunkRollUp } from "../../core/events/roll-up.ts";

/** Sums by hour, and which chunks are in them. */
export interface RollUpStore {
  /** Those of the chunks that are in the sums. */
  counted(chunkIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Adds chunks to the sums, each once in its life, all of them or none. A rejection says nothing
   * about which. Forgets some of the chunks that are older than `CHUNK_MEMORY_MS`.
   */
  count(chunks: readonly ChunkRollUp[], nowMs: number): Promise<void>;
}

/** How long after it was received a chunk is known to be counted. */
export const CHUNK_MEMORY_MS = 30 * 86_400_000;
