import { describe, expect, it } from "vitest";
import { allocateFlag } from "../../../../src/core/bucketing/allocate-flag.ts";
import type {
  FlagDocument,
  Outcome,
  Rollout,
  RolloutVariation,
} from "../../../../src/core/documents/flag.ts";
import { flag } from "../evaluation/build.ts";

const split = (variations: RolloutVariation[], parts: Partial<Rollout> = {}): Outcome => ({
  rollout: { unit: "targetingKey", variations, ...parts },
});
const on = (weight: number, parts: Partial<Rollout> = {}): Outcome =>
  split([{ key: "on", weight }], parts);
const rule = (id: string, then: Outcome) => ({ id, if: { and: [] }, then });
const withRule = (then: Outcome, id = "r1"): FlagDocument => flag({ rules: [rule(id, then)] });

/** The ranges of the first variation of the first rule. */
const firstRanges = ({ rules: [first] }: FlagDocument) =>
  first !== undefined && "rollout" in first.then
    ? first.then.rollout.variations[0]?.ranges
    : undefined;

const MOVED = [[7_000, 12_000]] as const;
const stored = withRule(split([{ key: "on", weight: 5, ranges: MOVED }]));

describe("allocateFlag", () => {
  it("gives every rollout its ranges, the default's included", () => {
    const half = split([
      { key: "on", weight: 50 },
      { key: "off", weight: 50 },
    ]);
    const allocated = allocateFlag(
      flag({ rules: [rule("r1", on(12.5))], default: half }),
      undefined,
    );
    expect(firstRanges(allocated)).toEqual([[0, 12_500]]);
    expect(allocated.default).toMatchObject({
      rollout: { variations: [{ ranges: [[0, 50_000]] }, { ranges: [[50_000, 100_000]] }] },
    });
  });

  it("answers the very document when nothing is to be written", () => {
    const plain = flag();
    expect(allocateFlag(plain, undefined)).toBe(plain);
    expect(allocateFlag(stored, undefined)).toBe(stored);
  });

  it.each([
    { name: "the same rule, however its place changed", next: withRule(on(10)) },
    { name: "a salt that is named as the flag's", next: withRule(on(10, { salt: "new-nav" })) },
    {
      name: "a scheme that is named as the default",
      next: withRule(on(10, { scheme: "unit-v2" })),
    },
    { name: "another experiment", next: withRule(on(10, { experiment: "e" })) },
  ])("goes on from what is stored: $name", ({ next }) => {
    expect(firstRanges(allocateFlag(next, stored))).toEqual([[2_000, 12_000]]);
  });

  it.each([
    { name: "another rule", next: withRule(on(10), "r2"), previous: stored },
    { name: "another unit", next: withRule(on(10, { unit: "orgId" })), previous: stored },
    { name: "another salt", next: withRule(on(10, { salt: "s" })), previous: stored },
    {
      name: "another scheme",
      next: withRule(on(10, { scheme: "sha256-10000" })),
      previous: stored,
    },
    {
      name: "a rule that had no rollout",
      next: withRule(on(10)),
      previous: withRule({ variation: "on" }),
    },
    { name: "a rollout that had no ranges", next: withRule(on(10)), previous: withRule(on(5)) },
  ])("begins anew: $name", ({ next, previous }) => {
    expect(firstRanges(allocateFlag(next, previous))).toEqual([[0, 10_000]]);
  });

  it("matches rules by id when they are reordered", () => {
    const other = rule("r0", { variation: "off" });
    const next = flag({ rules: [other, rule("r1", on(10))] });
    expect(allocateFlag(next, stored).rules[1]).toMatchObject({
      then: { rollout: { variations: [{ ranges: [[2_000, 12_000]] }] } },
    });
  });

  it("prefers the ranges that the new document brings to those that are stored", () => {
    const brought = withRule(split([{ key: "on", weight: 10, ranges: [[90_000, 95_000]] }]));
    expect(firstRanges(allocateFlag(brought, stored))).toEqual([[85_000, 95_000]]);
  });

  it("keeps ranges that fit their weights exactly as they are, even in pieces", () => {
    const pieces = withRule(
      split([
        {
          key: "on",
          weight: 0.02,
          ranges: [
            [5, 10],
            [10, 15],
            [50, 60],
          ],
        },
      ]),
    );
    expect(allocateFlag(pieces, stored)).toBe(pieces);
  });

  it.each([
    {
      name: "overlapping ranges",
      variations: [
        {
          key: "on",
          weight: 1,
          ranges: [
            [0, 10],
            [5, 20],
          ] as const,
        },
      ],
    },
    {
      name: "ranges out of bounds",
      variations: [{ key: "on", weight: 1, ranges: [[-5, 10]] as const }],
    },
    {
      name: "weights above 100 together",
      variations: [
        { key: "on", weight: 60 },
        { key: "off", weight: 60 },
      ],
    },
    { name: "a negative weight", variations: [{ key: "on", weight: -1 }] },
    {
      name: "a variation twice",
      variations: [
        { key: "on", weight: 1 },
        { key: "on", weight: 2 },
      ],
    },
  ])("leaves what is not well formed for the check to name: $name", ({ variations }) => {
    const broken = withRule(split(variations));
    expect(allocateFlag(broken, stored)).toBe(broken);
  });

  it("gives all buckets of a variation that was taken out to those that grow", () => {
    const before = allocateFlag(
      withRule(
        split([
          { key: "on", weight: 30 },
          { key: "off", weight: 30 },
        ]),
      ),
      undefined,
    );
    const after = allocateFlag(withRule(split([{ key: "off", weight: 60 }])), before);
    expect(firstRanges(after)).toEqual([[0, 60_000]]);
  });
});
