import type { Operator } from "../documents/condition.ts";
import { equalityTest, inListTest } from "./equality.ts";
import { listMembershipTest } from "./membership.ts";
import { networkTest } from "./network.ts";
import { betweenTest, comparisonTest } from "./number.ts";
import type { OperatorCompiler } from "./operand.ts";
import { patternTest, textPartTest } from "./text.ts";
import { timeTest } from "./time.ts";
import { versionRangeTest, versionTest } from "./version.ts";

/** How each operator that compares an attribute with a value is compiled. */
export const OPERATOR_COMPILERS: Readonly<
  Record<Exclude<Operator, "exists" | "not_exists">, OperatorCompiler>
> = {
  eq: equalityTest,
  neq: equalityTest,
  in: inListTest,
  not_in: inListTest,
  contains: textPartTest,
  not_contains: textPartTest,
  starts_with: textPartTest,
  ends_with: textPartTest,
  matches: patternTest,
  not_matches: patternTest,
  lt: comparisonTest,
  lte: comparisonTest,
  gt: comparisonTest,
  gte: comparisonTest,
  between: betweenTest,
  before: timeTest,
  after: timeTest,
  semver_eq: versionTest,
  semver_lt: versionTest,
  semver_lte: versionTest,
  semver_gt: versionTest,
  semver_gte: versionTest,
  semver_range: versionRangeTest,
  ip_in: networkTest,
  ip_not_in: networkTest,
  in_segment: listMembershipTest,
  not_in_segment: listMembershipTest,
};

/** The operators on which `ignoreCase` has a meaning. */
export const FOLDING_OPERATORS: ReadonlySet<Operator> = new Set([
  "eq",
  "neq",
  "in",
  "not_in",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "matches",
  "not_matches",
]);

/** What people write who know another system, for "did you mean …?". */
export const OPERATOR_ALIASES: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["=", "eq"],
  ["==", "eq"],
  ["===", "eq"],
  ["is", "eq"],
  ["equals", "eq"],
  ["!=", "neq"],
  ["!==", "neq"],
  ["ne", "neq"],
  ["is_not", "neq"],
  ["not_equals", "neq"],
  ["<", "lt"],
  ["<=", "lte"],
  [">", "gt"],
  [">=", "gte"],
  ["less_than", "lt"],
  ["greater_than", "gt"],
  ["regex", "matches"],
  ["not_regex", "not_matches"],
  ["one_of", "in"],
  ["not_one_of", "not_in"],
  ["range", "between"],
]);
