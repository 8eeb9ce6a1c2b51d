import { describe, expect, it } from "vitest";
import {
  bucketOfHash,
  firstHashOf,
  TOTAL_BUCKETS,
} from "../../../../src/core/bucketing/buckets.ts";
import { SCHEMES } from "../../../../src/core/bucketing/schemes.ts";
import { seedWords } from "../../../../src/core/bucketing/seed-words.ts";
import { unitV2Hash } from "../../../../src/core/bucketing/unit-v2.ts";
import { hashes, wordsOf } from "./unit-hashes.ts";
import vectors from "../../../vectors/buckets.json" with { type: "json" };

describe("bucketing schemes", () => {
  it.each(vectors.rows)("unit-v2 gives the recorded hash and bucket: $name", (row) => {
    const { environmentSalt, rolloutSalt, unit } = row;
    expect(unitV2Hash(wordsOf(unit), seedWords(environmentSalt, rolloutSalt))).toBe(row.unitV2Hash);
    expect(bucketOfHash(row.unitV2Hash)).toBe(row.unitV2Bucket);
    const scheme = SCHEMES["unit-v2"].create(environmentSalt, rolloutSalt);
    expect(scheme.bucket(unit, hashes)).toBe(row.unitV2Bucket);
  });

  it.each(vectors.rows)("sha256-10000 gives the recorded remainder, times ten: $name", (row) => {
    const scheme = SCHEMES["sha256-10000"].create(row.environmentSalt, row.rolloutSalt);
    expect(scheme.bucket(row.unit, hashes)).toBe(row.sha256Modulo * 10);
  });

  it.each(Object.entries(SCHEMES))("%s hashes a lone surrogate as U+FFFD", (_, { create }) => {
    const scheme = create("prod", "new-nav");
    expect(scheme.bucket("\ud800", hashes)).toBe(scheme.bucket("\ufffd", hashes));
  });

  it("the lowest hash is in the first bucket and the highest in the last", () => {
    expect(bucketOfHash(0)).toBe(0);
    expect(bucketOfHash(2 ** 32 - 1)).toBe(99_999);
  });

  it("each bucket begins with the hash behind the last of the one before", () => {
    expect(firstHashOf(0)).toBe(0);
    const wrong = [];
    for (let bucket = 1; bucket < TOTAL_BUCKETS; bucket += 1) {
      const first = firstHashOf(bucket);
      if (bucketOfHash(first) !== bucket || bucketOfHash(first - 1) !== bucket - 1) {
        wrong.push(bucket);
      }
    }
    expect(wrong).toEqual([]);
  });
});
