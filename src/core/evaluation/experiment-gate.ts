import type { UnitHashes } from "../bucketing/bucket-scheme.ts";
import { unitV2 } from "../bucketing/unit-v2.ts";
import type { ExperimentDocument, HoldoutDocument } from "../documents/experiment.ts";
import { BucketSet } from "./bucket-set.ts";

/** Which units an experiment may have: those of its part of a layer that no holdout keeps out. */
export class ExperimentGate {
  readonly layer: BucketSet | undefined;
  readonly holdouts: readonly BucketSet[];

  constructor(layer: BucketSet | undefined, holdouts: readonly BucketSet[]) {
    this.layer = layer;
    this.holdouts = holdouts;
  }

  /** What the gate hashes with. Another use of one of these salts would not be independent. */
  get salts(): readonly string[] {
    const layer = this.layer === undefined ? [] : [this.layer.key];
    return [...layer, ...this.holdouts.map(({ key }) => key)];
  }

  admits(unit: string, hashes: UnitHashes): boolean {
    if (this.layer !== undefined && !this.layer.has(unit, hashes)) return false;
    for (const holdout of this.holdouts) if (holdout.has(unit, hashes)) return false;
    return true;
  }
}

/** `undefined` when the experiment may have every unit. */
export function compileGate(
  experiment: ExperimentDocument | undefined,
  holdouts: readonly HoldoutDocument[],
  environmentSalt: string,
): ExperimentGate | undefined {
  const layer = experiment?.layer;
  if (layer === undefined && holdouts.length === 0) return undefined;
  const setOf = ({ key, ranges }: Pick<HoldoutDocument, "key" | "ranges">): BucketSet =>
    new BucketSet(key, ranges, unitV2(environmentSalt, key));
  return new ExperimentGate(layer === undefined ? undefined : setOf(layer), holdouts.map(setOf));
}
