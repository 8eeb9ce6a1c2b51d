import { describe, expect, it } from "vitest";
import { bucketOfHash } from "../../../../src/core/bucketing/buckets.ts";
import { seedWords } from "../../../../src/core/bucketing/seed-words.ts";
import { unitV2Hash } from "../../../../src/core/bucketing/unit-v2.ts";
import type { HashWords } from "../../../../src/core/hash/murmur3.ts";
import { unevenness } from "./chi-square.ts";
import { wordsOf } from "./unit-hashes.ts";

const UNITS = 20_000;

// 5 standard deviations: over all pairs below, chance alone would pass it once in 1,000 runs,
// and as all inputs are fixed there is one run.
const LIMIT = 5;

const families = [
  { name: "sequential", unit: (i: number) => `user-${i}` },
  { name: "numeric", unit: (i: number) => String(1_000_000 + i) },
  { name: "random", unit: pseudoRandomId },
].map(({ name, unit }) => ({
  name,
  units: Array.from({ length: UNITS }, (_, i) => wordsOf(unit(i))),
}));

const flags = Array.from({ length: 63 }, (_, i) => seedWords("environment", `flag-${i}`));

/** A flag's seed, and each that differs from it in a single bit. */
const ORIGIN = seedWords("environment", "flag-0");
const neighbours: readonly Readonly<HashWords>[] = Array.from({ length: 32 }, (_, bit) => [
  { ...ORIGIN, first: flip(ORIGIN.first, bit) },
  { ...ORIGIN, second: flip(ORIGIN.second, bit) },
]).flat();

describe.each(families)("unit-v2 over $name units", ({ units }) => {
  const bucketsFor = (seed: Readonly<HashWords>) =>
    Uint32Array.from(units, (words) => bucketOfHash(unitV2Hash(words, seed)));
  const tenthsFor = (seed: Readonly<HashWords>) =>
    Uint8Array.from(bucketsFor(seed), (bucket) => Math.floor(bucket / 10_000));

  it("fills the buckets of every flag evenly", () => {
    for (const seed of [...flags, ...neighbours]) {
      const counts = new Uint32Array(500);
      for (const bucket of bucketsFor(seed)) counts[Math.floor(bucket / 200)]! += 1;
      expect(unevenness(counts)).toBeLessThan(LIMIT);
    }
  });

  it("tells nothing of a unit's bucket in one flag by its bucket in another", () => {
    const tenths = flags.map(tenthsFor);
    let worst = -Infinity;
    for (const [index, a] of tenths.entries()) {
      for (const b of tenths.slice(index + 1)) {
        worst = Math.max(worst, unevenness(jointCounts(a, b)));
      }
    }
    expect(worst).toBeLessThan(LIMIT);
  });

  it("keeps two flags apart whose seeds differ in one bit", () => {
    const origin = tenthsFor(ORIGIN);
    for (const seed of neighbours) {
      expect(unevenness(jointCounts(origin, tenthsFor(seed)))).toBeLessThan(LIMIT);
    }
  });

  it("would find two flags that share a seed", () => {
    const origin = tenthsFor(ORIGIN);
    expect(unevenness(jointCounts(origin, origin))).toBeGreaterThan(100);
  });
});

function jointCounts(a: Uint8Array, b: Uint8Array): Uint32Array {
  const counts = new Uint32Array(100);
  for (let i = 0; i < a.length; i += 1) counts[a[i]! * 10 + b[i]!]! += 1;
  return counts;
}

function flip(word: number, bit: number): number {
  return (word ^ (1 << bit)) >>> 0;
}

/** 24 hexadecimal digits that are the same in every run. */
function pseudoRandomId(i: number): string {
  let state = (i + 1) * 0x9e3779b9;
  let id = "";
  for (let word = 0; word < 3; word += 1) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    id += (Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0).toString(16).padStart(8, "0");
  }
  return id;
}
