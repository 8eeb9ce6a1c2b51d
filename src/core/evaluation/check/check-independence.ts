import type { ExperimentDocument, HoldoutDocument } from "../../documents/experiment.ts";
import type { BucketRange } from "../../documents/flag.ts";
import { documentPath } from "./check-snapshot.ts";
import { type Reporting, refuse } from "./guard.ts";
import { areDisjoint } from "./range-guard.ts";

/**
 * Checks what experiments and holdouts say about each other: experiments of one layer own
 * disjoint buckets, and a holdout does not hash like the layer of an experiment on its list.
 */
export function checkIndependence(
  experiments: ReadonlyMap<string, ExperimentDocument>,
  holdouts: ReadonlyMap<string, HoldoutDocument>,
  scope: Reporting,
): void {
  const layers = new Map<string, [string, readonly BucketRange[]][]>();
  for (const { key, layer } of experiments.values()) {
    if (layer === undefined) continue;
    const shares = layers.get(layer.key) ?? [];
    shares.push([key, layer.ranges]);
    layers.set(layer.key, shares);
  }
  for (const shares of layers.values()) {
    const last = shares.at(-1)?.[0] ?? "";
    areDisjoint(shares, "experiments", `${documentPath("experiment", last)}/layer/ranges`, scope);
  }
  for (const holdout of holdouts.values()) {
    const experiment = holdout.experiments.find(
      (key) => experiments.get(key)?.layer?.key === holdout.key,
    );
    if (experiment === undefined) continue;
    refuse(scope, {
      path: `${documentPath("holdout", holdout.key)}/key`,
      code: "holdout.salt-taken",
      message:
        `the holdout has the key of the layer of its experiment ${JSON.stringify(experiment)}; ` +
        "give it another one, or it would not keep out its share",
    });
  }
}
