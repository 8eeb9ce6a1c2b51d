import { sha256Hex } from "../../../src/core/hash/sha256.ts";
import type { Verdict } from "../../../src/core/limits/limiter.ts";
import { networkOf } from "../../../src/core/network-safety/network-of.ts";
import { ask, rateOf, tooMany } from "./rate-limit.ts";
import type { RateLimitDeps, RateLimitEnv } from "./rate-limit.ts";

export interface SignInLimitEnv extends RateLimitEnv {
  /**
   * The header by which the platform or a proxy of one's own says who is asking, and which it
   * overwrites in every request: `cf-connecting-ip` at Cloudflare. Absent: nobody says, and what
   * clients write about themselves is not believed.
   */
  readonly CLIENT_ADDRESS_HEADER?: string;
}

/** A refusal that holds until then, in milliseconds since the Unix epoch. */
interface Refusal {
  readonly untilMs: number;
  readonly verdict: Verdict;
}

const MOST_KEPT = 10_000;
/** How long a credential that worked is taken for one that is not a guess. */
const TRUSTED_MS = 15 * 60_000;
const UNKNOWN = "unknown";

/**
 * Slows the guessing of credentials from one address. An address that has failed too often is
 * refused before anything is looked up; whoever is known to have signed in from behind the same
 * address is not. Where addresses are not known, only answers to wrong credentials are held back,
 * because refusing everyone would lock out those who have the right ones.
 */
export class SignInLimit {
  readonly #refusals = new Map<string, Refusal>();
  readonly #trustedUntilMs = new Map<string, number>();
  readonly #now: () => number;
  readonly #deps: RateLimitDeps;

  constructor(now: () => number, deps: RateLimitDeps) {
    this.#now = now;
    this.#deps = deps;
  }

  /** To be called before credentials are looked at. Throws a `ProblemError`. */
  demandPatience(request: Request, env: SignInLimitEnv): void {
    const address = addressOf(request, env);
    if (address === UNKNOWN) return;
    const refusal = this.#refusals.get(address);
    if (refusal === undefined || refusal.untilMs <= this.#now()) return;
    const given = givenBy(request);
    if (given === null || (this.#trustedUntilMs.get(given) ?? 0) > this.#now()) return;
    throw this.#again(refusal);
  }

  /** To be called when credentials were right. */
  worked(request: Request): void {
    const given = givenBy(request);
    if (given !== null) keep(this.#trustedUntilMs, given, this.#now() + TRUSTED_MS);
  }

  /** To be called when they were wrong. Throws a `ProblemError` when that was once too often. */
  async failed(request: Request, env: SignInLimitEnv): Promise<void> {
    if (givenBy(request) === null) return;
    const address = addressOf(request, env);
    const known = this.#refusals.get(address);
    if (known !== undefined && known.untilMs > this.#now()) throw this.#again(known);
    const rate = rateOf(env, "FAILED_SIGN_IN_RATE", this.#deps.log);
    const asked = [{ name: "failed-sign-ins", key: address, rate }] as const;
    const verdict = await ask(env, objectFor(address), this.#deps, asked);
    if (verdict === null || verdict.admitted) return;
    keep(this.#refusals, address, { untilMs: this.#now() + verdict.retryAfterMs, verdict });
    this.#deps.log("warn", "sign-in.limited", { address });
    throw tooMany(verdict, "wrong credentials from here");
  }

  #again({ untilMs, verdict }: Refusal): Error {
    const retryAfterMs = untilMs - this.#now();
    return tooMany({ ...verdict, retryAfterMs }, "wrong credentials from here");
  }
}

/** The object that counts for an address: sixteen share the work. */
const objectFor = (address: string) => `failed-sign-ins:${sha256Hex(address).slice(0, 1)}`;

/** The address of a request's client, as it is written; `null`: nobody says. */
export function clientAddress(
  { headers }: Request,
  { CLIENT_ADDRESS_HEADER: name }: SignInLimitEnv,
): string | null {
  return name === undefined || name === "" ? null : headers.get(name);
}

/** The network that a request comes from; `null`: nobody says. */
export function clientNetwork(request: Request, env: SignInLimitEnv): string | null {
  const address = clientAddress(request, env);
  return address === null ? null : networkOf(address);
}

const addressOf = (request: Request, env: SignInLimitEnv): string =>
  clientNetwork(request, env) ?? UNKNOWN;

/** Names the credentials that a request carries without being them; `null`: it has none. */
function givenBy({ headers }: Request): string | null {
  const given = headers.get("authorization") ?? headers.get("cookie");
  return given === null ? null : sha256Hex(given);
}

/** Forgets what was kept first when there is too much. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_KEPT && oldest !== undefined) map.delete(oldest);
}
