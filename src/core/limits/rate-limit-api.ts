import type { LimitsAsked, Verdict } from "./limiter.ts";

/** What a `RateLimitObject` answers to its callers. */
export interface RateLimitApi {
  /** Takes a token of every limit, or of none. */
  take(asked: LimitsAsked): Promise<Verdict>;
}
