/**
 * Which of a region's relays to ask or to stream from. Readers draw once for their life, so that
 * they keep to one relay; streams draw each time, so that they spread.
 *
 * @param draw A random number in `[0, 1)`.
 * @param relayShards The environment's setting; `undefined`: not known yet.
 */
export function shardOf(draw: number, relayShards = 1): number {
  return Math.min(relayShards - 1, Math.floor(draw * relayShards));
}
