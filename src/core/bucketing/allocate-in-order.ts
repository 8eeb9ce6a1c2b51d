import type { BucketRange } from "../documents/flag.ts";

/** Buckets by name, in the order in which they are listed. */
export type Shares = ReadonlyMap<string, number>;
export type Allocation = ReadonlyMap<string, readonly BucketRange[]>;

/** Gives every share its buckets, one share behind the other from the first bucket on. */
export function allocateInOrder(shares: Shares): Allocation {
  const allocation = new Map<string, readonly BucketRange[]>();
  let from = 0;
  for (const [key, share] of shares) {
    allocation.set(key, share === 0 ? [] : [[from, from + share]]);
    from += share;
  }
  return allocation;
}
