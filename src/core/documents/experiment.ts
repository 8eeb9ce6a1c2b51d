import type { BucketRange } from "./flag.ts";

/** What evaluation needs to know of an experiment: which units it may have. */
export interface ExperimentDocument {
  readonly key: string;
  /** Experiments of one layer own disjoint ranges, so no unit is in two of them. */
  readonly layer?: LayerShare;
}

export interface LayerShare {
  /** Names the layer and salts its buckets. */
  readonly key: string;
  /** This experiment's part of the layer's 100,000 buckets. */
  readonly ranges: readonly BucketRange[];
}

/** A share of all units that is kept out of every experiment on its list. */
export interface HoldoutDocument {
  /** Names the holdout and salts its buckets. */
  readonly key: string;
  /** The buckets, of the holdout's own 100,000, that are kept out. */
  readonly ranges: readonly BucketRange[];
  readonly experiments: readonly string[];
}
