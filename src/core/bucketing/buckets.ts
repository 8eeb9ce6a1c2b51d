/**
 * Every share is counted in whole buckets of 0.001 %, never in fractions.
 *
 * The total is this small on purpose: a 32-bit hash times it stays under 2^53, so that every
 * client that has only doubles computes the same bucket.
 */
export const TOTAL_BUCKETS = 100_000;

const BUCKETS_PER_PERCENT = TOTAL_BUCKETS / 100;

/** Maps an unsigned 32-bit hash onto a bucket, 0 … 99,999. */
export function bucketOfHash(hash: number): number {
  return Math.floor((hash * TOTAL_BUCKETS) / 2 ** 32);
}

/** The least hash of a bucket below the total: the lower ones are of the buckets before it. */
export function firstHashOf(bucket: number): number {
  return Math.ceil((bucket * 2 ** 32) / TOTAL_BUCKETS);
}

/** How many buckets a weight in percent is: 12.345 % are 12,345 of them. */
export function bucketsOfWeight(weight: number): number {
  return Math.round(weight * BUCKETS_PER_PERCENT);
}

/** The weight in percent of a number of buckets, with at most three decimals. */
export function weightOfBuckets(buckets: number): number {
  return buckets / BUCKETS_PER_PERCENT;
}

/** True when a weight is a whole number of buckets, that is, has at most three decimals. */
export function isWholeBuckets(weight: number): boolean {
  return weightOfBuckets(bucketsOfWeight(weight)) === weight;
}
