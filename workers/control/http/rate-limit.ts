import type { LimitsAsked, LimitState, Verdict } from "../../../src/core/limits/limiter.ts";
import type { RateLimitApi } from "../../../src/core/limits/rate-limit-api.ts";
import { parseRate } from "../../../src/core/limits/rate-text.ts";
import type { Rate } from "../../../src/core/limits/token-bucket.ts";
import { objectNamed, type ObjectNamespace } from "../../../src/core/object-namespace.ts";
import type { Log } from "./log.ts";
import { ProblemError } from "./problem.ts";

/** What an installation sets about limits. A rate is written as `50/s burst 200`. */
export interface RateLimitEnv {
  /** The namespace of `RateLimitObject`; absent: nothing is limited. */
  readonly RATE_LIMITS?: ObjectNamespace;
  /** Requests of one token or session. */
  readonly CREDENTIAL_RATE?: string;
  /** Requests of all in one organisation. */
  readonly ORGANISATION_RATE?: string;
  /** Credentials from one address that turned out wrong. */
  readonly FAILED_SIGN_IN_RATE?: string;
}

type RateName = Exclude<keyof RateLimitEnv, "RATE_LIMITS">;

const USUAL: Readonly<Record<RateName, Rate>> = {
  CREDENTIAL_RATE: { perMinute: 50 * 60, burst: 200 },
  ORGANISATION_RATE: { perMinute: 200 * 60, burst: 800 },
  FAILED_SIGN_IN_RATE: { perMinute: 60, burst: 60 },
};

/** Longer than any answer takes that is on its way. */
const DEADLINE_MS = 250;

export interface RateLimitDeps {
  readonly log: Log;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** The rate that is set, or the usual one, also where what is set cannot be read. */
export function rateOf(env: RateLimitEnv, name: RateName, log: Log): Rate {
  const text = env[name];
  if (text === undefined || text === "") return USUAL[name];
  const rate = parseRate(text);
  if (rate === null)
    log("error", "rate-limit.unreadable", { name, text, example: "50/s burst 200" });
  return rate ?? USUAL[name];
}

/** Whose request it is, as its credential says. Nothing that a client writes is part of it. */
export interface Requester {
  readonly credentialId: string;
  readonly organisationId: string;
}

/** Counts a request; throws a `ProblemError` when it is one too many. */
export async function takeForRequest(
  { credentialId, organisationId }: Requester,
  env: RateLimitEnv,
  deps: RateLimitDeps,
): Promise<void> {
  const { log } = deps;
  const verdict = await ask(env, `organisation:${organisationId}`, deps, [
    {
      name: "credential",
      key: `credential:${credentialId}`,
      rate: rateOf(env, "CREDENTIAL_RATE", log),
    },
    { name: "organisation", key: "organisation", rate: rateOf(env, "ORGANISATION_RATE", log) },
  ]);
  if (verdict?.admitted === false) throw tooMany(verdict, OF[verdict.tightest.name] ?? "requests");
}

const OF: Readonly<Record<string, string>> = {
  credential: "requests with these credentials",
  organisation: "requests in this organisation",
};

/**
 * The verdict of the object that counts; `null` when there is none in time. Then the request goes
 * on: a limit protects what works, and is no reason for anything not to.
 */
export async function ask(
  { RATE_LIMITS: namespace }: RateLimitEnv,
  name: string,
  { log, wait }: RateLimitDeps,
  asked: LimitsAsked,
): Promise<Verdict | null> {
  if (namespace === undefined) return null;
  try {
    const take = objectNamed<RateLimitApi>(namespace, name).take(asked);
    const verdict = await Promise.race([take, wait(DEADLINE_MS).then(() => null)]);
    if (verdict === null) log("warn", "rate-limit.late", { name, deadlineMs: DEADLINE_MS });
    return verdict;
  } catch (error) {
    log("warn", "rate-limit.unavailable", { name, error: String(error) });
    return null;
  }
}

/** A refusal by which a client can pace itself. */
export function tooMany({ retryAfterMs, tightest }: Verdict, what: string): ProblemError {
  const { perMinute, burst } = tightest.rate;
  const rate = perMinute % 60 === 0 ? `${perMinute / 60} a second` : `${perMinute} a minute`;
  const seconds = secondsOf(retryAfterMs);
  return new ProblemError("rate.limited", {
    detail:
      `There are too many ${what}: ${rate} may be sent, ${burst} at once. Repeat this one after ` +
      `${seconds} ${seconds === 1 ? "second" : "seconds"}.`,
    facts: { limit: tightest.name },
    headers: { "retry-after": String(seconds), ...rateHeaders(tightest) },
  });
}

/** As the IETF's draft on RateLimit header fields has them; a window is the time to refill. */
function rateHeaders({ name, rate, remaining, fullInMs }: LimitState): Record<string, string> {
  const window = secondsOf((rate.burst * 60_000) / rate.perMinute);
  return {
    "ratelimit-policy": `"${name}";q=${rate.burst};w=${window}`,
    ratelimit: `"${name}";r=${remaining};t=${secondsOf(fullInMs)}`,
  };
}

const secondsOf = (ms: number) => Math.max(1, Math.ceil(ms / 1_000));
