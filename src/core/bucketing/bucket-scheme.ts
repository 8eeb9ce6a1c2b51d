import type { HashWords } from "../hash/murmur3.ts";

/** Gives each unit its bucket. Made once from the salts, when a ruleset is compiled. */
export interface BucketScheme {
  /** 0 … 99,999, the same for the same unit always. */
  bucket(unit: string, hashes: UnitHashes): number;
  /** The same for a unit that nothing else is hashed for. */
  bucketAlone(unit: string): number;
  /** What the unit's words are mixed with, in the default scheme; others have none. */
  readonly seed?: Readonly<HashWords>;
}

/** Hashes of units, kept for the time of one call so that many flags share them. */
export interface UnitHashes {
  words(unit: string): Readonly<HashWords>;
}

export type BucketSchemeFactory = (environmentSalt: string, rolloutSalt: string) => BucketScheme;
