import { sha256 } from "../hash/sha256.ts";
import type { BucketScheme } from "./bucket-scheme.ts";
import { TOTAL_BUCKETS } from "./buckets.ts";

const MODULUS = 10_000;

/** A bucket of this scheme is 0.01 %: this many of ours. */
export const SHA256_10000_STEP = TOTAL_BUCKETS / MODULUS;

/**
 * `SHA256(environment salt + rollout salt + unit) % 10000`, for installations that bucket that
 * way already. Its 10,000 buckets are the first of every ten of ours.
 */
export function sha256Modulo(environmentSalt: string, rolloutSalt: string): BucketScheme {
  const prefix = environmentSalt + rolloutSalt;
  const bucket = (unit: string) => digestModulo(sha256(prefix + unit)) * SHA256_10000_STEP;
  return { bucket, bucketAlone: bucket };
}

/** The digest, read as one big-endian integer, modulo 10,000: long division, byte by byte. */
function digestModulo(digest: Uint8Array): number {
  let remainder = 0;
  for (const byte of digest) remainder = (remainder * 256 + byte) % MODULUS;
  return remainder;
}
