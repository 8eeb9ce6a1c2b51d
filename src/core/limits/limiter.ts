import {
  type Bucket,
  fullBucket,
  type Rate,
  refilled,
  tokensIn,
  untilFullMs,
  untilOneMs,
  withoutOne,
} from "./token-bucket.ts";

/** One limit that a request comes under. */
export interface LimitAsked {
  /** For people and for the headers: `credential`, `organisation`. */
  readonly name: string;
  /** Whose bucket: unique among all that one limiter holds. */
  readonly key: string;
  readonly rate: Rate;
}

/** How one limit stands after a request. */
export interface LimitState {
  readonly name: string;
  readonly rate: Rate;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** Milliseconds until the bucket is full again. */
  readonly fullInMs: number;
}

export type LimitsAsked = readonly [LimitAsked, ...LimitAsked[]];

export interface Verdict {
  readonly admitted: boolean;
  /** Milliseconds after which the same request finds tokens, if no other takes them; 0: admitted. */
  readonly retryAfterMs: number;
  /** The limit that stands in the way for longest; when admitted, the one with least left. */
  readonly tightest: LimitState;
}

/** Far above what an installation has; only a flood of made-up keys comes near. */
const MOST_BUCKETS = 50_000;

/**
 * Buckets by key, in memory. One that is forgotten is full when it is next asked for, so those that
 * were used longest ago are forgotten first.
 */
export class Limiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #most: number;

  constructor(most: number = MOST_BUCKETS) {
    this.#most = most;
  }

  /**
   * Takes a token of every limit, or of none: a request that one of them refuses costs the others
   * nothing. Names at least one limit.
   */
  take(asked: LimitsAsked, nowMs: number): Verdict {
    const found = asked.map(({ key, rate }) => this.#bucket(key, rate, nowMs));
    const admitted = found.every((bucket) => tokensIn(bucket) > 0);
    const standings = asked.map((limit, index): Standing => {
      const bucket = found[index] ?? fullBucket(limit.rate, nowMs);
      const after = admitted ? withoutOne(bucket) : bucket;
      this.#keep(limit.key, after);
      return standingOf(limit, after);
    });
    const { waitMs, ...tightest } = standings.reduce(tighter);
    return { admitted, retryAfterMs: admitted ? 0 : waitMs, tightest };
  }

  #bucket(key: string, rate: Rate, nowMs: number): Bucket {
    const bucket = this.#buckets.get(key);
    return bucket === undefined ? fullBucket(rate, nowMs) : refilled(bucket, rate, nowMs);
  }

  /** A map keeps its order of insertion: what was used last goes to the end. */
  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size <= this.#most) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

interface Standing extends LimitState {
  /** Milliseconds until there is a token. */
  readonly waitMs: number;
}

const standingOf = ({ name, rate }: LimitAsked, bucket: Bucket): Standing => ({
  name,
  rate,
  remaining: tokensIn(bucket),
  fullInMs: untilFullMs(bucket, rate),
  waitMs: untilOneMs(bucket, rate),
});

function tighter(one: Standing, other: Standing): Standing {
  if (one.waitMs !== other.waitMs) return one.waitMs > other.waitMs ? one : other;
  return one.remaining <= other.remaining ? one : other;
}
