import { describe, expect, it } from "vitest";
import type { Allocation } from "../../../../src/core/bucketing/allocate-in-order.ts";
import { countBuckets } from "../../../../src/core/bucketing/bucket-ranges.ts";
import { TOTAL_BUCKETS } from "../../../../src/core/bucketing/buckets.ts";
import { allocate, type Shares } from "./shares.ts";

const from = (allocation: Record<string, [number, number][]>): Allocation =>
  new Map(Object.entries(allocation));
const plain = (allocation: Allocation) => Object.fromEntries(allocation);

describe("allocateRanges", () => {
  it.each([
    {
      name: "a fresh allocation lies in one piece each, in order, from 0",
      previous: undefined,
      shares: { a: 33_333, b: 0, c: 10_000 },
      expected: { a: [[0, 33_333]], b: [], c: [[33_333, 43_333]] },
    },
    {
      name: "the same shares change nothing",
      previous: {
        a: [
          [5, 10],
          [20, 25],
        ],
        b: [[10, 20]],
      },
      shares: { a: 10, b: 10 },
      expected: {
        a: [
          [5, 10],
          [20, 25],
        ],
        b: [[10, 20]],
      },
    },
    {
      name: "touching ranges of one owner are merged",
      previous: {
        a: [
          [0, 10],
          [10, 20],
        ],
      },
      shares: { a: 20 },
      expected: { a: [[0, 20]] },
    },
    {
      name: "neighbours move their boundary",
      previous: { a: [[0, 50_000]], b: [[50_000, 100_000]] },
      shares: { a: 60_000, b: 40_000 },
      expected: { a: [[0, 60_000]], b: [[60_000, 100_000]] },
    },
    {
      name: "a ramp grows into what nobody has",
      previous: { on: [[0, 5_000]] },
      shares: { on: 20_000 },
      expected: { on: [[0, 20_000]] },
    },
    {
      name: "a share that shrinks leaves its end to nobody",
      previous: { on: [[0, 20_000]] },
      shares: { on: 5_000 },
      expected: { on: [[0, 5_000]] },
    },
    {
      name: "a share that is not listed any more gives up everything",
      previous: { old: [[0, 40_000]], on: [[40_000, 100_000]] },
      shares: { on: 100_000 },
      expected: { on: [[0, 100_000]] },
    },
    {
      name: "a new share that is listed last takes the upper end",
      previous: { a: [[0, 100_000]] },
      shares: { a: 50_000, b: 50_000 },
      expected: { a: [[0, 50_000]], b: [[50_000, 100_000]] },
    },
    {
      name: "a new share that is listed first takes the lower end",
      previous: { a: [[0, 100_000]] },
      shares: { b: 50_000, a: 50_000 },
      expected: { b: [[0, 50_000]], a: [[50_000, 100_000]] },
    },
    {
      name: "what is not next door is cut off in one piece",
      previous: { a: [[0, 30_000]], b: [[30_000, 60_000]], c: [[60_000, 100_000]] },
      shares: { a: 40_000, b: 30_000, c: 30_000 },
      expected: {
        a: [
          [0, 30_000],
          [60_000, 70_000],
        ],
        b: [[30_000, 60_000]],
        c: [[70_000, 100_000]],
      },
    },
    {
      name: "whole pieces are handed over before one is cut",
      previous: {
        a: [[0, 10]],
        b: [[10, 20]],
        c: [
          [20, 25],
          [40, 1_000],
        ],
        d: [[25, 40]],
      },
      shares: { a: 15, b: 10, c: 960, d: 15 },
      expected: {
        a: [
          [0, 10],
          [20, 25],
        ],
        b: [[10, 20]],
        c: [[40, 1_000]],
        d: [[25, 40]],
      },
    },
  ] as {
    name: string;
    previous: Record<string, [number, number][]> | undefined;
    shares: Shares;
    expected: Record<string, [number, number][]>;
  }[])("$name", ({ previous, shares, expected }) => {
    const allocation = allocate(previous && from(previous), shares);
    expect(plain(allocation)).toEqual(expected);
  });

  it("fifty thousand scattered pieces are re-allocated within seconds", { timeout: 10_000 }, () => {
    const ranges: [number, number][] = [];
    for (let at = 0; at < TOTAL_BUCKETS; at += 2) ranges.push([at, at + 1]);
    const allocation = allocate(from({ a: ranges }), { a: 30_000, b: 20_000, c: 50_000 });
    expect([...allocation.values()].map(countBuckets)).toEqual([30_000, 20_000, 50_000]);
  });
});
