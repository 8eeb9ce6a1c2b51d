import { type HashWords, mix, murmurWords } from "../hash/murmur3.ts";
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
  return unitV2HashOf(unit.first ^ seed.first, unit.second ^ seed.second);
}

/** The same, of words of which each has been XORed with the seed's. */
export function unitV2HashOf(first: number, second: number): number {
  return mix((mix(first) + (second >>> 0)) | 0);
}

/** Making room anew would cost more than hashing. */
const scratch: HashWords = { first: 0, second: 0 };

class UnitV2 implements BucketScheme {
  // Half words: engines keep such numbers in place, where a whole word would lie somewhere else.
  readonly #firstHigh: number;
  readonly #firstLow: number;
  readonly #secondHigh: number;
  readonly #secondLow: number;

  constructor({ first, second }: Readonly<HashWords>) {
    this.#firstHigh = first >>> 16;
    this.#firstLow = first & 0xffff;
    this.#secondHigh = second >>> 16;
    this.#secondLow = second & 0xffff;
  }

  get seed(): Readonly<HashWords> {
    const first = (this.#firstHigh << 16) | this.#firstLow;
    const second = (this.#secondHigh << 16) | this.#secondLow;
    return { first, second };
  }

  bucket(unit: string, hashes: UnitHashes): number {
    return this.#bucketOf(hashes.words(unit));
  }

  bucketAlone(unit: string): number {
    murmurWords(unit, scratch);
    return this.#bucketOf(scratch);
  }

  #bucketOf(words: Readonly<HashWords>): number {
    const first = (this.#firstHigh << 16) | this.#firstLow;
    const second = (this.#secondHigh << 16) | this.#secondLow;
    return bucketOfHash(unitV2HashOf(words.first ^ first, words.second ^ second));
  }
}
