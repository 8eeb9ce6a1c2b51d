import type { Condition } from "./condition.ts";

/** A named group of units. Excluded wins over included, included over rules. */
export interface SegmentDocument {
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  /** The attribute whose value is looked up in the lists; absent: `targetingKey`. */
  readonly unit?: string;
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  /** The segment matches when one of them holds. */
  readonly rules: readonly Condition[];
}
