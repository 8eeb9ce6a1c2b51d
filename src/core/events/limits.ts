/** What one batch and one event may hold; what is beyond is refused with the figure. */
export const EVENT_LIMITS = {
  /** UTF-8 bytes of a request's body. */
  batchBytes: 1_048_576,
  eventsPerBatch: 10_000,
  /** Of a batch with a client key, which anyone can read: four times what a beacon may have. */
  clientBatchBytes: 262_144,
  clientEventsPerBatch: 1_000,
  /** Different metrics in a batch with a client key. */
  clientMetrics: 20,
  /** UTF-8 bytes of an event's JSON as it is kept. */
  eventBytes: 32_768,
  idLength: 128,
  targetingKeyLength: 512,
  attributes: 50,
  attributeNameLength: 128,
  attributeTextLength: 1_024,
  privateAttributes: 100,
  /** Either side of zero: sums of very many stay finite. */
  metricValue: 1e15,
  /** With a client key, likewise. */
  clientMetricValue: 1e9,
  usageCount: 1_000_000_000,
  /** How long ago an event may have happened, in milliseconds: clients are offline for days. */
  oldestMs: 7 * 86_400_000,
  /** How far a sender's clock may be ahead, in milliseconds. */
  aheadMs: 5 * 60_000,
  /** UTF-8 bytes of a chunk's JSON. A queue message has 128 kB and adds some of its own. */
  chunkBytes: 120_000,
  /** An answer lists no more refused events than this, and counts the others. */
  rejectedListed: 100,
} as const;
