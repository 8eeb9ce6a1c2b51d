import { sha256Hex } from "../../core/hash/sha256.ts";

/** So many attempts within so long a time. */
export interface AttemptLimit {
  readonly most: number;
  readonly windowMs: number;
}

export interface AttemptStore {
  /** Counts one more, and says how many there were since the window began. Atomic. */
  count(key: string, windowMs: number, nowMs: number): Promise<Counted>;
  forget(keys: readonly string[]): Promise<void>;
}

export interface Counted {
  readonly count: number;
  /** Milliseconds since the Unix epoch. */
  readonly windowEndsMs: number;
}

const MINUTE_MS = 60_000;

/**
 * Passwords tried for one address of a person. From one network few: that is a guess. From all
 * networks together many more, so that a stranger cannot lock a person out with a few tries; 100
 * in a row is what NIST SP 800-63B allows at most.
 */
const FROM_ONE_NETWORK: AttemptLimit = { most: 10, windowMs: 15 * MINUTE_MS };
const FROM_ANYWHERE: AttemptLimit = { most: 100, windowMs: 60 * MINUTE_MS };
/** For whomever: one password tried with many addresses is a guess too. */
const OF_A_NETWORK: AttemptLimit = { most: 200, windowMs: 15 * MINUTE_MS };
/** Passwords tried by someone who is signed in. */
const IN_A_SESSION: AttemptLimit = { most: 10, windowMs: 15 * MINUTE_MS };
/** Sign-ins begun at providers: each is kept until it ends, and may ask the provider. */
const BEGUN_FOR_AN_ADDRESS: AttemptLimit = { most: 60, windowMs: 15 * MINUTE_MS };
const BEGUN_ELSEHOW: AttemptLimit = { most: 600, windowMs: 15 * MINUTE_MS };
/** Messages sent to one address. */
const MESSAGES: AttemptLimit = { most: 5, windowMs: 60 * MINUTE_MS };

interface Counter {
  readonly key: string;
  readonly limit: AttemptLimit;
  /** A success says nothing about the attempts before it. */
  readonly lasting?: true;
}

export type Limited = readonly Counter[];

/** `network`: where the attempt comes from; `null`: nobody says. */
export function signInAttempts(email: string, network: string | null): Limited {
  const person = email.toLowerCase();
  const fromHere = keyOf("sign-in", person, network ?? "unknown");
  return [
    { key: fromHere, limit: FROM_ONE_NETWORK },
    { key: keyOf("sign-in", person), limit: FROM_ANYWHERE },
    ...(network === null
      ? []
      : [{ key: keyOf("network", network), limit: OF_A_NETWORK, lasting: true } as const]),
  ];
}

/**
 * A sign-in that begins at an identity provider. One that names the provider alone is anybody's in a
 * whole company. Right ones count too: what is limited is the work.
 */
export function providerSignInAttempts(
  { email, provider }: { readonly email: string | null; readonly provider: string | null },
  network: string | null,
): Limited {
  const from = network ?? "unknown";
  return [
    email === null
      ? { key: keyOf("sso", provider ?? "", from), limit: BEGUN_ELSEHOW, lasting: true }
      : {
          key: keyOf("sso", email.toLowerCase(), from),
          limit: BEGUN_FOR_AN_ADDRESS,
          lasting: true,
        },
    ...(network === null
      ? []
      : [{ key: keyOf("sso-network", network), limit: BEGUN_ELSEHOW, lasting: true } as const]),
  ];
}

export const sessionAttempts = (personId: string): Limited => [
  { key: keyOf("session", personId), limit: IN_A_SESSION },
];

export const messageAttempts = (email: string): Limited => [
  { key: keyOf("message", email.toLowerCase()), limit: MESSAGES, lasting: true },
];

const keyOf = (...parts: readonly string[]) => sha256Hex(JSON.stringify(parts));

export interface AttemptDeps {
  readonly attempts: AttemptStore;
  readonly now: () => number;
}

/**
 * Counts an attempt before its outcome is known, so that many at once are counted too. Returns how
 * long to wait, in milliseconds; 0: go on.
 */
export async function takeAttempt(limited: Limited, deps: AttemptDeps): Promise<number> {
  const nowMs = deps.now();
  const waits = await Promise.all(
    limited.map(async ({ key, limit: { most, windowMs } }) => {
      const { count, windowEndsMs } = await deps.attempts.count(key, windowMs, nowMs);
      return count <= most ? 0 : Math.max(1_000, windowEndsMs - nowMs);
    }),
  );
  return Math.max(0, ...waits);
}

/** To be called when the attempt turned out right. */
export const forgetAttempts = (limited: Limited, { attempts }: AttemptDeps): Promise<void> =>
  attempts.forget(limited.filter(({ lasting }) => lasting !== true).map(({ key }) => key));
