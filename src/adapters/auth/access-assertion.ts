import { createLocalJWKSet, errors, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { err, ok, type Result } from "../../core/result.ts";
import { isKeySet } from "./key-set.ts";

export interface AccessSettings {
  /** Where the team's Cloudflare Access is: `https://team.cloudflareaccess.com`. */
  readonly teamOrigin: string;
  /** The application's AUD tag. */
  readonly audience: string;
}

interface KnownKeys {
  readonly keys: JSONWebKeySet;
  readonly fetchedAtMs: number;
}

/** Cloudflare signs by this alone. */
const ALGORITHMS = ["RS256"];
/** Keys change every few weeks, and the old ones go on for a while. */
const KEPT_MS = 10 * 60_000;
/** How often an assertion by an unknown key may have the keys fetched anew. */
const ANEW_AFTER_MS = 30_000;
const SKEW_SECONDS = 30;
const WITHIN_MS = 5_000;

/** What has been fetched in this isolate, by team. Only finished answers are shared by requests. */
const known = new Map<string, KnownKeys>();

/** The e-mail address, in lower case, of whom Cloudflare Access says makes the request. */
export async function accessEmail(
  assertion: string,
  { teamOrigin, audience }: AccessSettings,
  nowMs: number,
): Promise<Result<string, string>> {
  const checked = async (keys: JSONWebKeySet) => {
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(keys), {
      algorithms: ALGORITHMS,
      issuer: teamOrigin,
      audience,
      requiredClaims: ["exp", "iat", "email"],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(nowMs),
    });
    return payload["email"];
  };
  try {
    const { keys, fetchedAtMs } = await keysOf(teamOrigin, nowMs, KEPT_MS);
    const email = await checked(keys).catch(async (error: unknown) => {
      const isNewKey = error instanceof errors.JWKSNoMatchingKey;
      if (!isNewKey || nowMs - fetchedAtMs < ANEW_AFTER_MS) throw error;
      return checked((await keysOf(teamOrigin, nowMs, ANEW_AFTER_MS)).keys);
    });
    return typeof email === "string" && email !== ""
      ? ok(email.toLowerCase())
      : err("it names no e-mail address, as those of service tokens do");
  } catch (error) {
    return err(error instanceof Error ? error.message : "it cannot be read");
  }
}

async function keysOf(teamOrigin: string, nowMs: number, keptMs: number): Promise<KnownKeys> {
  const there = known.get(teamOrigin);
  if (there !== undefined && nowMs - there.fetchedAtMs < keptMs) return there;
  const url = `${teamOrigin}/cdn-cgi/access/certs`;
  const signal = AbortSignal.timeout(WITHIN_MS);
  const response = await fetch(url, { redirect: "manual", signal });
  const keys: unknown = response.ok ? await response.json() : null;
  if (!isKeySet(keys)) throw new Error(`${url} answered ${response.status} without keys`);
  const fetched = { keys, fetchedAtMs: nowMs };
  known.set(teamOrigin, fetched);
  return fetched;
}
