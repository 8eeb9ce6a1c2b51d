/** How often something may happen. Both are whole numbers above zero. */
export interface Rate {
  /** Tokens that come back in a minute, evenly. */
  readonly perMinute: number;
  /** Tokens that a bucket holds when it is full: what may happen at once. */
  readonly burst: number;
}

/** What is left of a bucket. Plain data: whoever holds it decides where it lives. */
export interface Bucket {
  /**
   * In 60,000ths of a token, which is what a rate of one a minute brings in a millisecond. So every
   * sum is of whole numbers and exact, however long the bucket lives.
   */
  readonly level: number;
  /** When the level was true, in milliseconds since the Unix epoch. */
  readonly atMs: number;
}

const TOKEN = 60_000;

/** What nobody has taken from yet. A bucket that is left alone becomes this again. */
export const fullBucket = ({ burst }: Rate, nowMs: number): Bucket => ({
  level: burst * TOKEN,
  atMs: nowMs,
});

/**
 * The bucket as it is now. It follows a rate that was changed in the meantime, and a clock that
 * goes back brings nothing.
 *
 * Of any stretch of `t` milliseconds no more than `burst + perMinute * t / 60,000` tokens are taken.
 */
export function refilled(bucket: Bucket, { perMinute, burst }: Rate, nowMs: number): Bucket {
  const passedMs = Math.max(0, Math.floor(nowMs) - bucket.atMs);
  const level = Math.min(burst * TOKEN, bucket.level + passedMs * perMinute);
  return { level, atMs: Math.max(bucket.atMs, Math.floor(nowMs)) };
}

/** Whole tokens that can be taken. */
export const tokensIn = ({ level }: Bucket): number => Math.floor(level / TOKEN);

/** The bucket with one token less. Only for one that has a token. */
export const withoutOne = ({ level, atMs }: Bucket): Bucket => ({ level: level - TOKEN, atMs });

/** Milliseconds until there is one token; 0: there is. */
export const untilOneMs = ({ level }: Bucket, { perMinute }: Rate): number =>
  Math.max(0, Math.ceil((TOKEN - level) / perMinute));

/** Milliseconds until the bucket is full. */
export const untilFullMs = ({ level }: Bucket, { perMinute, burst }: Rate): number =>
  Math.max(0, Math.ceil((burst * TOKEN - level) / perMinute));
