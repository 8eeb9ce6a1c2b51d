import type { JsonValue } from "../json.ts";

export type Condition =
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly segment: string }
  | AttributeCondition;

export interface AttributeCondition {
  /** Absent only with `in_segment` and `not_in_segment`, whose value then names segments. */
  readonly attribute?: string;
  readonly operator: Operator;
  /** Absent only with `exists` and `not_exists`. */
  readonly value?: JsonValue;
  /** Folds both sides to lower case; for text and equality operators. */
  readonly ignoreCase?: boolean;
}

export const OPERATORS = [
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
  "lt",
  "lte",
  "gt",
  "gte",
  "between",
  "before",
  "after",
  "semver_eq",
  "semver_lt",
  "semver_lte",
  "semver_gt",
  "semver_gte",
  "semver_range",
  "ip_in",
  "ip_not_in",
  "exists",
  "not_exists",
  "in_segment",
  "not_in_segment",
] as const;
export type Operator = (typeof OPERATORS)[number];
