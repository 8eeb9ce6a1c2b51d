/** What every stream of the management API keeps to, in milliseconds. */
export const STREAM_LIMITS = {
  /**
   * After so long without news a comment says so. Not every runtime tells that a reader has gone: one
   * of our own on a single machine learns it when it next writes, and looks for news until then.
   */
  quietMs: 5_000,
  /** The longest a stream lasts. Who still wants to know comes back, and misses nothing. */
  mostMs: 600_000,
  /** After so long without an answer a stream ends, instead of pretending that there is no news. */
  unreachableMs: 30_000,
} as const;
