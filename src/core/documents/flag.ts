import type { Condition } from "./condition.ts";
import type { JsonValue } from "../json.ts";

export const FLAG_TYPES = ["boolean", "string", "integer", "float", "object"] as const;
export type FlagType = (typeof FLAG_TYPES)[number];

/** A flag in one environment, as people edit it and as the authority stores it. */
export interface FlagDocument {
  /** `[A-Za-z0-9][A-Za-z0-9._-]{0,127}` */
  readonly key: string;
  readonly description?: string;
  /** Every variation's value is of this type; it never changes after creation. */
  readonly type: FlagType;
  readonly variations: readonly Variation[];
  readonly enabled: boolean;
  /** Served while the flag is off; `null`: the caller's own default is used. */
  readonly offVariation: string | null;
  /** Set while the kill switch is thrown; it wins over everything else. */
  readonly killed: Kill | null;
  readonly overrides: readonly Override[];
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: readonly Target[];
  /** In order; the first whose condition holds decides. */
  readonly rules: readonly Rule[];
  /** Decides when nothing matched, and for the part of a rollout that is missing to 100 %. */
  readonly default: Outcome;
  /** What rollouts hash with; set at creation, kept when the flag is renamed or cloned. */
  readonly salt: string;
  /** Client keys (browsers, apps) see the flag only when this is true. */
  readonly clientVisible: boolean;
}

export interface Variation {
  readonly key: string;
  readonly value: JsonValue;
  readonly name?: string;
  readonly description?: string;
}

export interface Kill {
  /** `null`: the caller's own default is used. */
  readonly variation: string | null;
  readonly reason: string;
}

/** An exception for support or an incident: before prerequisites, targets and rules. */
export interface Override {
  readonly id: string;
  readonly if: Condition;
  readonly then: { readonly variation: string };
  /** Milliseconds since the Unix epoch; without it the override stays until it is removed. */
  readonly expiresAt?: number;
  readonly reason: string;
}

export interface Prerequisite {
  readonly flag: string;
  /** Met when the other flag serves one of these variations. */
  readonly variations: readonly string[];
}

export interface Target {
  readonly variation: string;
  /** Usually `targetingKey`. */
  readonly attribute: string;
  readonly values: readonly string[];
}

export interface Rule {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly if: Condition;
  readonly then: Outcome;
}

export type Outcome = VariationOutcome | RolloutOutcome;
export interface VariationOutcome {
  readonly variation: string;
}
export interface RolloutOutcome {
  readonly rollout: Rollout;
}

export const BUCKETING_SCHEMES = ["unit-v2", "sha256-10000"] as const;
export type BucketingScheme = (typeof BUCKETING_SCHEMES)[number];

export interface Rollout {
  /** The attribute whose value is hashed, usually `targetingKey`. */
  readonly unit: string;
  readonly variations: readonly RolloutVariation[];
  /** Absent: the flag's salt. A rollout that belongs to an experiment names its own. */
  readonly salt?: string;
  /** Absent: `unit-v2`. */
  readonly scheme?: BucketingScheme;
  /** Key of the experiment whose exposures this rollout makes. */
  readonly experiment?: string;
}

export interface RolloutVariation {
  readonly key: string;
  /** Percent, 0 to 100, at most three decimals. */
  readonly weight: number;
  /**
   * The buckets that get this variation, as sorted, disjoint `[from, to)` pairs of
   * 0 … 100,000. The authority writes them so that an edit moves as few units as possible.
   */
  readonly ranges?: readonly BucketRange[];
}

/** Half open: `from` belongs to it, `to` does not. */
export type BucketRange = readonly [from: number, to: number];
