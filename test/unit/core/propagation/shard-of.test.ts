import { expect, it } from "vitest";
import { shardOf } from "../../../../src/core/propagation/shard-of.ts";

it("draws spread evenly over the shards there are, and over none that there is not", () => {
  for (const shards of [1, 2, 5, 16]) {
    const counts = Array.from({ length: shards }, () => 0);
    for (let draw = 0; draw < 16_000; draw += 1) counts[shardOf(draw / 16_000, shards)]! += 1;
    expect(new Set(counts)).toEqual(new Set([16_000 / shards]));
  }
  expect(shardOf(0.99)).toBe(0);
  expect(shardOf(1, 4)).toBe(3);
});
