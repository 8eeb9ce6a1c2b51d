import type { BucketRange } from "../documents/flag.ts";
import { TOTAL_BUCKETS } from "./buckets.ts";

/** How many buckets the ranges cover together. */
export function countBuckets(ranges: readonly BucketRange[]): number {
  let count = 0;
  for (const [from, to] of ranges) count += to - from;
  return count;
}

/** The first range that is not `0 <= from < to <= 100,000` in whole numbers. */
export function findUnbounded(ranges: readonly BucketRange[]): BucketRange | undefined {
  return ranges.find(
    ([from, to]) =>
      !(Number.isInteger(from) && Number.isInteger(to)) ||
      from < 0 ||
      from >= to ||
      to > TOTAL_BUCKETS,
  );
}

/** A range with the name of its owner. */
export interface OwnedRange<Owner> {
  readonly from: number;
  readonly to: number;
  readonly owner: Owner;
}

/** All ranges of all owners, by their beginning. */
export function sortRanges<Owner>(
  owned: Iterable<readonly [Owner, readonly BucketRange[]]>,
): OwnedRange<Owner>[] {
  const all: OwnedRange<Owner>[] = [];
  for (const [owner, ranges] of owned) {
    for (const [from, to] of ranges) all.push({ from, to, owner });
  }
  return all.toSorted((a, b) => a.from - b.from);
}

/** The first two neighbours that share a bucket, of ranges sorted by their beginning. */
export function findOverlap<Owner>(
  sorted: readonly OwnedRange<Owner>[],
): readonly [OwnedRange<Owner>, OwnedRange<Owner>] | undefined {
  let before: OwnedRange<Owner> | undefined;
  for (const range of sorted) {
    if (before !== undefined && range.from < before.to) return [before, range];
    before = range;
  }
  return undefined;
}
