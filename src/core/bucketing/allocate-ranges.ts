import type { BucketRange } from "../documents/flag.ts";
import { invariant } from "../result.ts";
import { type Allocation, allocateInOrder, type Shares } from "./allocate-in-order.ts";
import { sortRanges } from "./bucket-ranges.ts";
import { TOTAL_BUCKETS } from "./buckets.ts";

/** A variation's key, or the part that nobody has. It takes part in every trade like a share. */
type Owner = string | null;
const NOBODY = null;

interface Segment {
  from: number;
  to: number;
  owner: Owner;
}

/**
 * Gives every share exactly its buckets and moves as few as possible: half the sum of the
 * absolute differences, counting the unallocated rest as one more share. A share that grows
 * keeps all it has, one that shrinks gains nothing.
 *
 * `previous` is what units have now, `undefined` when there is nothing to keep; its ranges are
 * within bounds and disjoint. Shares are whole buckets and at most 100,000 together. Ranges come
 * back sorted, disjoint and merged; of the buckets that may move, those are taken that keep the
 * ranges few.
 */
export function allocateRanges(previous: Allocation | undefined, shares: Shares): Allocation {
  if (previous === undefined) return allocateInOrder(shares);
  let segments = segmentsOf(previous);
  const trade = new Trade(segments, shares);
  segments = trade.acrossBoundaries(segments);
  for (let pair = trade.nextPair(); pair !== undefined; pair = trade.nextPair()) {
    segments = trade.acrossBoundaries(trade.apart(segments, pair));
  }
  return allocationOf(segments, shares);
}

function segmentsOf(allocation: Allocation): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const { from, to, owner } of sortRanges(allocation)) {
    if (from > end) segments.push({ from: end, to: from, owner: NOBODY });
    segments.push({ from, to, owner });
    end = to;
  }
  if (end < TOTAL_BUCKETS) segments.push({ from: end, to: TOTAL_BUCKETS, owner: NOBODY });
  return segments;
}

function allocationOf(segments: readonly Segment[], shares: Shares): Allocation {
  const allocation = new Map<string, BucketRange[]>();
  for (const key of shares.keys()) allocation.set(key, []);
  for (const { from, to, owner } of segments) {
    if (owner !== NOBODY) allocation.get(owner)?.push([from, to]);
  }
  return allocation;
}

interface Pair {
  readonly donor: Owner;
  readonly receiver: Owner;
}

/** What each owner has too much (negative) or lacks (positive), while buckets change hands. */
class Trade {
  readonly #lack = new Map<Owner, number>();
  readonly #order = new Map<Owner, number>();

  constructor(segments: readonly Segment[], shares: Shares) {
    let rest = TOTAL_BUCKETS;
    for (const [key, share] of shares) {
      this.#lack.set(key, share);
      rest -= share;
    }
    invariant(rest >= 0, "shares are more than all buckets");
    this.#lack.set(NOBODY, rest);
    for (const owner of this.#lack.keys()) this.#order.set(owner, this.#order.size);
    for (const segment of segments) this.#add(segment.owner, segment.from - segment.to);
  }

  nextPair(): Pair | undefined {
    for (const [receiver, lack] of this.#lack) {
      if (lack <= 0) continue;
      for (const [donor, other] of this.#lack) if (other < 0) return { donor, receiver };
    }
    return undefined;
  }

  /** Moves boundaries between neighbours of which one has too much and the other lacks. */
  acrossBoundaries(segments: readonly Segment[]): Segment[] {
    const settled: Segment[] = [];
    for (const segment of segments) {
      if (this.#settle(settled, segment)) settled.push(segment);
    }
    return settled;
  }

  /** Trades `segment` with what stands before it; false when nothing is left of it. */
  #settle(settled: Segment[], segment: Segment): boolean {
    for (let last = settled.at(-1); last !== undefined; last = settled.at(-1)) {
      if (last.owner === segment.owner) {
        last.to = segment.to;
        return false;
      }
      const forward = this.#tradable({ donor: segment.owner, receiver: last.owner });
      if (forward > 0) {
        const taken = Math.min(forward, segment.to - segment.from);
        this.#move({ donor: segment.owner, receiver: last.owner }, taken);
        last.to += taken;
        segment.from += taken;
        return segment.from < segment.to;
      }
      const backward = this.#tradable({ donor: last.owner, receiver: segment.owner });
      if (backward === 0) return true;
      const taken = Math.min(backward, last.to - last.from);
      this.#move({ donor: last.owner, receiver: segment.owner }, taken);
      last.to -= taken;
      segment.from -= taken;
      if (last.from < last.to) return true;
      settled.pop();
    }
    return true;
  }

  /** Lets the receiver have whole segments of a donor that is no neighbour, and one piece. */
  apart(segments: readonly Segment[], pair: Pair): Segment[] {
    let wanted = this.#tradable(pair);
    this.#move(pair, wanted);
    let largest: Segment | undefined;
    const byLength = segments
      .filter((segment) => segment.owner === pair.donor)
      .toSorted((a, b) => b.to - b.from - (a.to - a.from));
    for (const segment of byLength) {
      const length = segment.to - segment.from;
      if (length <= wanted) {
        segment.owner = pair.receiver;
        wanted -= length;
      } else {
        largest ??= segment;
      }
    }
    const cut = wanted > 0 ? largest : undefined;
    return segments.flatMap((segment) =>
      segment === cut ? this.#cut(segment, pair.receiver, wanted) : [segment],
    );
  }

  /** Keeps the listed order: a receiver that is listed later gets the upper end. */
  #cut({ from, to, owner }: Segment, receiver: Owner, length: number): Segment[] {
    if (this.#rank(receiver) > this.#rank(owner)) {
      return [
        { from, to: to - length, owner },
        { from: to - length, to, owner: receiver },
      ];
    }
    return [
      { from, to: from + length, owner: receiver },
      { from: from + length, to, owner },
    ];
  }

  #tradable({ donor, receiver }: Pair): number {
    return Math.max(0, Math.min(-this.#lackOf(donor), this.#lackOf(receiver)));
  }

  #move({ donor, receiver }: Pair, buckets: number): void {
    this.#add(donor, buckets);
    this.#add(receiver, -buckets);
  }

  #add(owner: Owner, buckets: number): void {
    this.#lack.set(owner, this.#lackOf(owner) + buckets);
  }

  #lackOf(owner: Owner): number {
    return this.#lack.get(owner) ?? 0;
  }

  /** Shares that are no longer listed come last. */
  #rank(owner: Owner): number {
    return this.#order.get(owner) ?? this.#order.size;
  }
}
