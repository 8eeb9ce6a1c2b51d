/**
 * An SDK key as a ruleset carries it: never the secret, only what is needed to recognise it.
 * A revoked key has no entry.
 */
export interface SdkKeyEntry {
  readonly id: string;
  readonly kind: "server" | "client";
  /** Lower-case hexadecimal SHA-256 of the whole key text. */
  readonly hash: string;
  /** Milliseconds since the Unix epoch; `null`: does not expire. */
  readonly expiresAtMs: number | null;
  /** Client keys only: the `Origin` values a browser may send; empty: any. */
  readonly origins: readonly string[];
}
