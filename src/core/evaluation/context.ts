import type { EpochMs } from "../brand.ts";

/**
 * OpenFeature's evaluation context: `targetingKey` and any attributes, nested objects allowed.
 * Names that begin with `$` are the platform's and ignored here.
 */
export type EvaluationContext = Readonly<Record<string, unknown>>;

/** Attributes that the platform vouches for, by full name: `$geo.country`, `$device.os` … */
export type PlatformAttributes = Readonly<Record<`$${string}`, string | number>>;

/** The moment and the platform's word, both arguments so that an evaluation can be repeated. */
export interface EvaluationMoment {
  /** Also the value of `$now`. */
  readonly now: EpochMs;
  readonly platform?: PlatformAttributes;
}
