import type { ConditionTrace } from "../conditions/trace.ts";
import type { BucketRange } from "../documents/flag.ts";
import type { Evaluation } from "./evaluation.ts";

/** An evaluation with every step that led to it, in order. All of it is JSON. */
export interface Explanation {
  /** What evaluating says, to the letter. */
  readonly evaluation: Evaluation;
  readonly steps: readonly ExplanationStep[];
}

export type ExplanationStep =
  | { readonly kind: "flag"; readonly found: boolean }
  | { readonly kind: "killed"; readonly killed: boolean; readonly reason: string | null }
  | { readonly kind: "enabled"; readonly enabled: boolean }
  | OverrideStep
  | PrerequisiteStep
  | TargetStep
  | RuleStep
  | RolloutTrace
  /** No target and no rule matched. */
  | { readonly kind: "default" };

export interface OverrideStep {
  readonly kind: "override";
  readonly id: string;
  /** Milliseconds since the Unix epoch; `null`: it does not expire. */
  readonly expiresAt: number | null;
  readonly expired: boolean;
  readonly matched: boolean;
  /** `null` when it has expired: then the condition is not asked. */
  readonly condition: ConditionTrace | null;
}

export interface PrerequisiteStep {
  readonly kind: "prerequisite";
  readonly flag: string;
  /** The variations of that flag that meet it. */
  readonly variations: readonly string[];
  /** What that flag serves; `null` when it serves none. */
  readonly served: string | null;
  readonly met: boolean;
  /** `null` when the same explanation has explained that flag before. */
  readonly explanation: Explanation | null;
}

/** One look into the lists of one attribute. */
export interface TargetStep {
  readonly kind: "target";
  readonly attribute: string;
  /** The attribute's value as a unit; `null` when the context has none. */
  readonly unit: string | null;
  readonly matched: boolean;
}

export interface RuleStep {
  readonly kind: "rule";
  readonly id: string;
  readonly name: string | null;
  readonly matched: boolean;
  readonly condition: ConditionTrace;
}

export interface RolloutTrace {
  readonly kind: "rollout";
  /** The attribute that is hashed. */
  readonly attribute: string;
  /** Its value; `null` when the context has none, and then nothing was hashed. */
  readonly unit: string | null;
  readonly scheme: string;
  readonly salt: string;
  readonly experiment: string | null;
  readonly layer: ShareTrace | null;
  /** In the order in which they were asked; the first that holds the unit out is the last. */
  readonly holdouts: readonly ShareTrace[];
  /** The unit's bucket, 0 … 99,999; `null` when it was not needed. */
  readonly bucket: number | null;
  /** The buckets around it that have the same outcome; `null` when it was not needed. */
  readonly range: BucketRange | null;
  /** The variation of that range; `null`: the unit is left out and gets the flag's default. */
  readonly variation: string | null;
}

/** Where a unit lies in a layer's or a holdout's own buckets. */
export interface ShareTrace {
  readonly key: string;
  readonly bucket: number;
  /** The buckets that the experiment has of the layer, or that the holdout keeps out. */
  readonly ranges: readonly BucketRange[];
  /** True when the bucket is in one of them. */
  readonly inside: boolean;
}
