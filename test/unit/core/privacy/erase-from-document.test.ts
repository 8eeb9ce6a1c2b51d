import { describe, expect, it } from "vitest";
import type { Condition } from "../../../../src/core/documents/condition.ts";
import type { FlagDocument } from "../../../../src/core/documents/flag.ts";
import type { SegmentDocument } from "../../../../src/core/documents/segment.ts";
import {
  eraseFromFlag,
  eraseFromSegment,
} from "../../../../src/core/privacy/erase-from-document.ts";
import { namesSubject, pruneCondition } from "../../../../src/core/privacy/prune-condition.ts";
import { flag } from "../evaluation/build.ts";

const ADA = { attribute: "targetingKey", value: "ada-lovelace" };
const unit = (operator: "eq" | "neq" | "in" | "not_in" | "contains", value: any): Condition => ({
  attribute: "targetingKey",
  operator,
  value,
});
const PRO: Condition = { attribute: "plan", operator: "eq", value: "pro" };

describe("a condition without the unit", () => {
  it.each<{ name: string; condition: Condition; left: unknown }>([
    { name: "is it", condition: unit("eq", "ada-lovelace"), left: "never" },
    {
      name: "among others",
      condition: unit("in", ["bob", "ada-lovelace"]),
      left: unit("in", ["bob"]),
    },
    { name: "alone in a list", condition: unit("in", ["ada-lovelace"]), left: "never" },
    {
      name: "outside a list of more",
      condition: unit("not_in", ["bob", "ada-lovelace"]),
      left: unit("not_in", ["bob"]),
    },
    { name: "and more", condition: { and: [unit("eq", "ada-lovelace"), PRO] }, left: "never" },
    { name: "or more", condition: { or: [unit("eq", "ada-lovelace"), PRO] }, left: PRO },
    { name: "not it", condition: { not: unit("eq", "ada-lovelace") }, left: "always" },
    {
      name: "not among",
      condition: { not: unit("in", ["bob", "ada-lovelace"]) },
      left: { not: unit("in", ["bob"]) },
    },
  ])("$name", ({ condition, left }) => {
    const pruned = pruneCondition(condition, ADA);
    expect(pruned).toEqual(left);
    expect(namesSubject(condition, ADA)).toBe(true);
    if (typeof pruned === "object") expect(namesSubject(pruned, ADA)).toBe(false);
  });

  it.each<{ name: string; condition: Condition; names: boolean }>([
    { name: "of another unit", condition: unit("eq", "bob"), names: false },
    {
      name: "of another attribute",
      condition: { attribute: "email", operator: "eq", value: "ada-lovelace" },
      names: false,
    },
    { name: "of all but it", condition: unit("neq", "ada-lovelace"), names: true },
    { name: "of all but it in a list", condition: unit("not_in", ["ada-lovelace"]), names: true },
    {
      name: "of all but it, and more",
      condition: { and: [unit("neq", "ada-lovelace"), PRO] },
      names: true,
    },
    {
      name: "of all but it in a list, or more",
      condition: { or: [unit("not_in", ["ada-lovelace"]), PRO] },
      names: true,
    },
    { name: "of part of a text", condition: unit("contains", "ada-lovelace"), names: true },
    { name: "of a segment", condition: { segment: "ada-lovelace" }, names: false },
  ])("is the same object: $name", ({ condition, names }) => {
    expect(pruneCondition(condition, ADA)).toBe(condition);
    expect(namesSubject(condition, ADA)).toBe(names);
  });

  it("folds the case where the condition does", () => {
    const folded = { ...unit("in", ["ADA-Lovelace", "bob"]), ignoreCase: true };
    expect(pruneCondition(folded, ADA)).toEqual({ ...folded, value: ["bob"] });
    expect(namesSubject(unit("in", ["ADA-Lovelace"]), ADA)).toBe(false);
  });
});

const FLAG = flag({
  description: "asked for by ada-lovelace",
  overrides: [
    { id: "o1", if: unit("eq", "ada-lovelace"), then: { variation: "on" }, reason: "support" },
    { id: "o2", if: unit("in", ["ada-lovelace", "bob"]), then: { variation: "on" }, reason: "x" },
  ],
  targets: [
    { variation: "on", attribute: "targetingKey", values: ["ada-lovelace", "bob"] },
    { variation: "off", attribute: "targetingKey", values: ["ada-lovelace"] },
    { variation: "on", attribute: "company", values: ["ada-lovelace"] },
  ],
  rules: [
    { id: "r1", if: unit("eq", "ada-lovelace"), then: { variation: "on" } },
    { id: "r2", if: unit("neq", "ada-lovelace"), then: { variation: "on" } },
    { id: "r3", if: { or: [unit("in", ["ada-lovelace"]), PRO] }, then: { variation: "on" } },
    { id: "r4", if: PRO, then: { variation: "on" } },
  ],
});

const BETA: SegmentDocument = { key: "beta", included: [], excluded: [], rules: [] };

it("takes a unit out of a flag, and says what a person must look at", () => {
  const { places, patch, overrides, kept } = eraseFromFlag(FLAG, ADA);
  expect(patch).toEqual({
    targets: [
      { variation: "on", attribute: "targetingKey", values: ["bob"] },
      { variation: "on", attribute: "company", values: ["ada-lovelace"] },
    ],
    rules: [FLAG.rules[1], { ...FLAG.rules[2], if: PRO }, FLAG.rules[3]],
  });
  expect(overrides).toEqual(["o1"]);
  expect(kept).toEqual(
    expect.arrayContaining(["/rules/0", "/overrides/0", "/description", "/targets/1/values/0"]),
  );
  expect(places).toEqual(
    expect.arrayContaining(["/targets/0", "/targets/1", "/rules/0", "/rules/1", "/rules/2"]),
  );
});

it.each<Condition>([unit("neq", "ada-lovelace"), unit("not_in", ["ada-lovelace"])])(
  "never widens a rule to contexts without the attribute: %j",
  (but) => {
    const rule = { id: "r", if: { and: [but, PRO] }, then: { variation: "on" } };
    const flag: FlagDocument = { ...FLAG, targets: [], overrides: [], rules: [rule] };
    expect(eraseFromFlag(flag, ADA)).toMatchObject({
      patch: null,
      kept: expect.arrayContaining(["/rules/0"]),
    });
    expect(eraseFromSegment({ ...BETA, rules: [rule.if] }, ADA)).toMatchObject({
      patch: null,
      kept: expect.arrayContaining(["/rules/0"]),
    });
  },
);

it("takes a unit out of the lists of a segment of its attribute, and of no other", () => {
  const segment: SegmentDocument = {
    key: "beta",
    included: ["ada-lovelace", "bob"],
    excluded: ["ada-lovelace"],
    rules: [unit("eq", "ada-lovelace"), PRO],
  };
  expect(eraseFromSegment(segment, ADA)).toEqual({
    places: ["/included", "/excluded", "/rules/0"],
    patch: { included: ["bob"], excluded: [], rules: [PRO] },
    overrides: [],
    kept: [],
  });
  const ofCompanies = { ...segment, unit: "company", rules: [] };
  expect(eraseFromSegment(ofCompanies, ADA)).toMatchObject({
    patch: null,
    kept: ["/included/0", "/excluded/0"],
  });
  expect(eraseFromSegment({ ...segment, included: ["bob"], excluded: [], rules: [] }, ADA)).toEqual(
    {
      places: [],
      patch: null,
      overrides: [],
      kept: [],
    },
  );
});
