import type {
  ExperimentDocument,
  HoldoutDocument,
  LayerShare,
} from "../../documents/experiment.ts";
import type { Guard, Reporting } from "./guard.ts";
import { refine } from "./guard.ts";
import { areUnique, listOf } from "./list-guard.ts";
import { objectOf, optional, required } from "./object-guard.ts";
import { bucketRanges } from "./range-guard.ts";
import { keyText } from "./value-guards.ts";

export const experimentDocument: Guard<ExperimentDocument> = objectOf<
  ExperimentDocument,
  Reporting
>("an experiment document", {
  key: required(keyText),
  layer: optional(
    objectOf<LayerShare, Reporting>("a share of a layer", {
      key: required(keyText),
      ranges: required(bucketRanges),
    }),
  ),
});

export const holdoutDocument: Guard<HoldoutDocument> = objectOf<HoldoutDocument, Reporting>(
  "a holdout document",
  {
    key: required(keyText),
    ranges: required(bucketRanges),
    experiments: required(
      refine(listOf(keyText, { of: "experiments" }), (list, path, scope) =>
        areUnique(list, scope, { name: (key) => key, path: (index) => `${path}/${index}` }),
      ),
    ),
  },
);
