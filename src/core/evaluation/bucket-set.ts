import type { BucketScheme, UnitHashes } from "../bucketing/bucket-scheme.ts";
import type { BucketRange } from "../documents/flag.ts";

/** A part of all buckets of one salt: whether a unit lies in it. */
export class BucketSet {
  readonly key: string;
  readonly ranges: readonly BucketRange[];
  readonly #scheme: BucketScheme;

  constructor(key: string, ranges: readonly BucketRange[], scheme: BucketScheme) {
    this.key = key;
    this.ranges = ranges;
    this.#scheme = scheme;
  }

  bucket(unit: string, hashes: UnitHashes): number {
    return this.#scheme.bucket(unit, hashes);
  }

  has(unit: string, hashes: UnitHashes): boolean {
    return this.includes(this.bucket(unit, hashes));
  }

  includes(bucket: number): boolean {
    for (const range of this.ranges) {
      if (bucket < range[0]) return false;
      if (bucket < range[1]) return true;
    }
    return false;
  }
}
