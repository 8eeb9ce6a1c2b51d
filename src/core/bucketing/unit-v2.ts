import { type HashWords, mix } from "../hash/murmur3.ts";
import type { BucketScheme, UnitHashes } from "./bucket-scheme.ts";
import { bucketOfHash } from "./buckets.ts";
import { seedWords } from "./seed-words.ts";

/** The default scheme: the unit is hashed once per call, and each rollout only mixes. */
export function unitV2(environmentSalt: string, rolloutSalt: string): BucketScheme {
  return new UnitV2(seedWords(environmentSalt, rolloutSalt));
}

/**
 * The 32-bit hash whose high end is the bucket; unsigned. Both words of unit and seed take part,
 * so that the buckets of two flags are independent even when their seeds differ in one bit.
 */
export function unitV2Hash(unit: Readonly<HashWords>, seed: Readonly<HashWords>): number {
  return mix((mix(unit.first ^ seed.first) + ((unit.second ^ seed.second) >>> 0)) | 0);
}

class UnitV2 implements BucketScheme {
  readonly #seed: Readonly<HashWords>;

  constructor(seed: Readonly<HashWords>) {
    // As signed integers, which engines keep unboxed more often; to XOR it makes no difference.
    this.#seed = { first: seed.first | 0, second: seed.second | 0 };
  }

  bucket(unit: string, hashes: UnitHashes): number {
    return bucketOfHash(unitV2Hash(hashes.words(unit), this.#seed));
  }
}
