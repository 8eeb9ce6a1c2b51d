import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Allocation } from "../../../../src/core/bucketing/allocate-in-order.ts";
import { countBuckets } from "../../../../src/core/bucketing/bucket-ranges.ts";
import { TOTAL_BUCKETS } from "../../../../src/core/bucketing/buckets.ts";
import type { BucketRange } from "../../../../src/core/documents/flag.ts";
import { allocate, type Shares } from "./shares.ts";

it("random edits move exactly half the sum of the differences and take nothing from a share that grows", () => {
  fc.assert(
    fc.property(fc.array(arbitraryShares(), { minLength: 2, maxLength: 12 }), (edits) => {
      let allocation = allocate(undefined, edits[0]!);
      for (const shares of edits.slice(1)) {
        const before = allocation;
        allocation = allocate(before, shares);
        expectTidy(allocation, shares);
        expect(moved(before, allocation)).toBe(halfOfDifferences(sizes(before), shares));
        for (const [key, had] of before) {
          const kept = shared(had, allocation.get(key) ?? []);
          expect(kept).toBe(Math.min(countBuckets(had), shares[key] ?? 0));
        }
      }
    }),
    { numRuns: 400, seed: 1 },
  );
});

it("a thousand edits of three shares leave their ranges few", () => {
  const random = fc.sample(arbitraryShares(["a", "b", "c"]), { numRuns: 1_000, seed: 7 });
  let allocation = allocate(undefined, random[0]!);
  for (const shares of random) allocation = allocate(allocation, shares);
  const pieces = [...allocation.values()].flat().length;
  expect(pieces).toBeLessThan(40);
});

it("shares of whole tens keep their ranges on whole tens", () => {
  fc.assert(
    fc.property(fc.array(arbitraryShares(), { minLength: 2, maxLength: 8 }), (edits) => {
      let allocation: Allocation | undefined;
      for (const shares of edits) {
        const tens = Object.entries(shares).map(([key, n]) => [key, n - (n % 10)]);
        allocation = allocate(allocation, Object.fromEntries(tens));
      }
      for (const bound of [...allocation!.values()].flat(2)) expect(bound % 10).toBe(0);
    }),
    { numRuns: 100, seed: 2 },
  );
});

/** Some of five names, with shares of up to 100,000 buckets together. */
function arbitraryShares(names?: string[]): fc.Arbitrary<Shares> {
  const keys = names
    ? fc.constant(names)
    : fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1 });
  return keys.chain((chosen) =>
    fc
      .array(fc.nat({ max: TOTAL_BUCKETS }), { minLength: chosen.length, maxLength: chosen.length })
      .map((cuts) => {
        const sorted = cuts.toSorted((a, b) => a - b);
        return Object.fromEntries(
          chosen.map((key, i) => [key, (sorted[i] ?? 0) - (sorted[i - 1] ?? 0)]),
        );
      }),
  );
}

const sizes = (allocation: Allocation): ReadonlyMap<string, number> =>
  new Map([...allocation].map(([key, ranges]) => [key, countBuckets(ranges)]));

/** Buckets that have another owner than before; that nobody has them counts as an owner. */
function moved(before: Allocation, after: Allocation): number {
  let kept = shared(freeOf(before), freeOf(after));
  for (const [key, ranges] of before) kept += shared(ranges, after.get(key) ?? []);
  return TOTAL_BUCKETS - kept;
}

function shared(a: readonly BucketRange[], b: readonly BucketRange[]): number {
  let count = 0;
  for (const [from, to] of a) {
    for (const [start, end] of b) count += Math.max(0, Math.min(to, end) - Math.max(from, start));
  }
  return count;
}

function freeOf(allocation: Allocation): BucketRange[] {
  const taken = [...allocation.values()].flat().toSorted((a, b) => a[0] - b[0]);
  const starts = [0, ...taken.map(([, to]) => to)];
  const ends = [...taken.map(([from]) => from), TOTAL_BUCKETS];
  return starts.map((start, i) => [start, ends[i]!]);
}

/** The part that nobody has counts as one more share. */
function halfOfDifferences(before: ReadonlyMap<string, number>, shares: Shares): number {
  let sum = 0;
  let rest = 0;
  for (const key of new Set([...before.keys(), ...Object.keys(shares)])) {
    const difference = (shares[key] ?? 0) - (before.get(key) ?? 0);
    sum += Math.abs(difference);
    rest -= difference;
  }
  return (sum + Math.abs(rest)) / 2;
}

function expectTidy(allocation: Allocation, shares: Shares): void {
  for (const [key, share] of Object.entries(shares)) {
    const ranges = allocation.get(key)!;
    expect(countBuckets(ranges)).toBe(share);
    for (const [i, [start, end]] of ranges.entries()) {
      expect(start).toBeLessThan(end);
      expect(start).toBeGreaterThan(ranges[i - 1]?.[1] ?? -1);
    }
  }
}
