import { DurableObject } from "cloudflare:workers";
import { Limiter, type LimitsAsked, type Verdict } from "../src/core/limits/limiter.ts";
import type { RateLimitApi } from "../src/core/limits/rate-limit-api.ts";

/**
 * Counts the requests of one organisation, or the failed sign-ins of some addresses: one object
 * sees all of them, so nothing is admitted twice. It writes nothing: an object that is moved or
 * restarted begins with full buckets, which is one burst more and no write for any request.
 */
export class RateLimitObject extends DurableObject implements RateLimitApi {
  readonly #limiter = new Limiter();

  async take(asked: LimitsAsked): Promise<Verdict> {
    return this.#limiter.take(asked, Date.now());
  }
}
