import type { UnitHashes } from "../../../../src/core/bucketing/bucket-scheme.ts";
import { type HashWords, murmurWords } from "../../../../src/core/hash/murmur3.ts";

export function wordsOf(unit: string): HashWords {
  const words = { first: 0, second: 0 };
  murmurWords(unit, words);
  return words;
}

export const hashes: UnitHashes = { words: wordsOf };
