import { findOverlap, findUnbounded, sortRanges } from "../../bucketing/bucket-ranges.ts";
import { TOTAL_BUCKETS } from "../../bucketing/buckets.ts";
import type { BucketRange } from "../../documents/flag.ts";
import { type Guard, type Reporting, refine, refuse, refuseType } from "./guard.ts";
import { listOf } from "./list-guard.ts";

const pairOfNumbers: Guard<BucketRange> = (input, path, scope): input is BucketRange =>
  (Array.isArray(input) &&
    input.length === 2 &&
    input.every((bound: unknown) => typeof bound === "number")) ||
  refuseType(scope, path, "a pair of buckets [from, to)", input);

/** Sorted, disjoint pairs within the 100,000 buckets. */
export const bucketRanges: Guard<readonly BucketRange[]> = refine(
  listOf(pairOfNumbers, { of: "bucket ranges" }),
  (ranges, path, scope) => {
    const unbounded = findUnbounded(ranges);
    if (unbounded !== undefined) {
      return refuseRanges(
        scope,
        path,
        `the range [${unbounded.join(", ")}) is not 0 <= from < to <= ${TOTAL_BUCKETS} in ` +
          "whole numbers",
      );
    }
    for (const [index, range] of ranges.entries()) {
      const before = ranges[index - 1];
      if (before !== undefined && range[0] < before[1]) {
        return refuseRanges(
          scope,
          path,
          `the range [${range.join(", ")}) begins before [${before.join(", ")}) ends; ` +
            "ranges are sorted and do not overlap",
        );
      }
    }
    return true;
  },
);

/** True when no bucket has two owners; `what` is what owns them. */
export function areDisjoint(
  owned: Iterable<readonly [string, readonly BucketRange[]]>,
  what: string,
  path: string,
  scope: Reporting,
): boolean {
  const overlap = findOverlap(sortRanges(owned));
  if (overlap === undefined) return true;
  const [a, b] = overlap;
  const end = Math.min(a.to, b.to);
  return refuseRanges(
    scope,
    path,
    `the ${what} ${JSON.stringify(a.owner)} and ${JSON.stringify(b.owner)} both have the ` +
      `buckets [${b.from}, ${end}); a bucket has one owner`,
  );
}

export function refuseRanges(scope: Reporting, path: string, message: string): false {
  return refuse(scope, { path, code: "ranges.invalid", message });
}
