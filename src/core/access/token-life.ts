import { err, ok, type Result } from "../result.ts";

const DAY_MS = 24 * 3_600_000;

/** How long tokens live, in milliseconds. */
export const TOKEN_LIFE = {
  /** When nothing is said. */
  defaultMs: 90 * DAY_MS,
  longestMs: 365 * DAY_MS,
  /** How long a rotated token may go on beside its replacement. */
  longestOverlapMs: 7 * DAY_MS,
  /** How exact the moment of the last use is, so that use is not one write each. */
  useGrainMs: 60_000,
} as const;

/** Whose grants a token carries: a person's, or a service account's. */
export type TokenOwnerKind = "person" | "service";

export type ExpiryProblem =
  | { readonly kind: "already-past"; readonly expiresAtMs: number; readonly nowMs: number }
  | { readonly kind: "too-late"; readonly expiresAtMs: number; readonly latestMs: number }
  | { readonly kind: "must-expire" };

/**
 * When a new token ends, in milliseconds since the Unix epoch; `null`: never, which only a service
 * account's may.
 *
 * @param asked `undefined`: nothing was said.
 */
export function expiryOf(
  asked: number | null | undefined,
  owner: TokenOwnerKind,
  nowMs: number,
): Result<number | null, ExpiryProblem> {
  if (asked === undefined) return ok(nowMs + TOKEN_LIFE.defaultMs);
  if (asked === null) return owner === "service" ? ok(null) : err({ kind: "must-expire" });
  if (asked <= nowMs) return err({ kind: "already-past", expiresAtMs: asked, nowMs });
  const latestMs = nowMs + TOKEN_LIFE.longestMs;
  return asked > latestMs ? err({ kind: "too-late", expiresAtMs: asked, latestMs }) : ok(asked);
}

/** The part of a token that says when it works. Milliseconds since the Unix epoch. */
export interface TokenLife {
  readonly createdAtMs: number;
  /** `null`: it does not expire. */
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** When a token's replacement ends if nothing is said: it lives as long as the token was to. */
export function replacementExpiry(
  { createdAtMs, expiresAtMs }: TokenLife,
  nowMs: number,
): number | null {
  if (expiresAtMs === null) return null;
  return nowMs + Math.min(TOKEN_LIFE.longestMs, expiresAtMs - createdAtMs);
}

/** When a rotated token ends: after the overlap, or earlier if it was to. */
export const overlapEnd = ({ expiresAtMs }: TokenLife, overlapMs: number, nowMs: number): number =>
  Math.min(expiresAtMs ?? Number.POSITIVE_INFINITY, nowMs + overlapMs);

/** Whether a token works, and if not, why. It works up to the moment of its expiry, exclusively. */
export function standingOf(
  { expiresAtMs, revokedAtMs }: TokenLife,
  nowMs: number,
): "works" | "revoked" | "expired" {
  if (revokedAtMs !== null) return "revoked";
  return expiresAtMs !== null && expiresAtMs <= nowMs ? "expired" : "works";
}

/** Whether a use at `nowMs` is to be written down. */
export const isNewUse = (lastUsedAtMs: number | null, nowMs: number): boolean =>
  lastUsedAtMs === null || nowMs - lastUsedAtMs >= TOKEN_LIFE.useGrainMs;
