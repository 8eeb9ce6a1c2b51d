import { countBuckets } from "../../bucketing/bucket-ranges.ts";
import { bucketsOfWeight, isWholeBuckets, weightOfBuckets } from "../../bucketing/buckets.ts";
import { DEFAULT_SCHEME, SCHEMES } from "../../bucketing/schemes.ts";
import { shown } from "../../conditions/shown.ts";
import { BUCKETING_SCHEMES, type Rollout, type RolloutVariation } from "../../documents/flag.ts";
import { LIMITS } from "../../documents/limits.ts";
import { attributeName } from "./attribute-name.ts";
import { knownVariation } from "./check-variation.ts";
import type { FlagCheckScope } from "./flag-check-scope.ts";
import { type Guard, type Reporting, refine, refuse } from "./guard.ts";
import { areUnique, listOf } from "./list-guard.ts";
import { objectOf, optional, required } from "./object-guard.ts";
import { areDisjoint, bucketRanges, refuseRanges } from "./range-guard.ts";
import { keyText, oneOf, saltText } from "./value-guards.ts";

const percent: Guard<number> = (input, path, scope): input is number => {
  if (typeof input !== "number" || !(input >= 0 && input <= 100)) {
    return refuseWeight(scope, path, `expected a weight of 0 to 100 percent, got ${shown(input)}`);
  }
  if (isWholeBuckets(input)) return true;
  return refuseWeight(
    scope,
    path,
    `the weight ${input} has more than three decimals; the smallest step is 0.001 percent`,
  );
};

const rolloutVariation = objectOf<RolloutVariation, FlagCheckScope>("a rollout's variation", {
  key: required(knownVariation),
  weight: required(percent),
  ranges: optional(bucketRanges),
});

const rolloutShape = objectOf<Rollout, FlagCheckScope>("a rollout", {
  unit: required(attributeName),
  variations: required(
    listOf(rolloutVariation, { of: "variations", min: 1, max: LIMITS.variationsPerFlag }),
  ),
  salt: optional(saltText),
  scheme: optional(oneOf(BUCKETING_SCHEMES)),
  experiment: optional(keyText),
});

export const rollout: Guard<Rollout, FlagCheckScope> = refine(
  rolloutShape,
  (value, path, scope) => {
    const before = scope.issues.length;
    areUnique(value.variations, scope, {
      name: ({ key }) => key,
      path: (index) => `${path}/variations/${index}/key`,
    });
    checkTotal(value, path, scope);
    checkStep(value, path, scope);
    if (scope.issues.length === before) checkRanges(value, path, scope);
    if (value.experiment !== undefined && value.salt === undefined) {
      refuse(scope, {
        path: `${path}/salt`,
        code: "rollout.experiment-salt",
        message:
          `the rollout belongs to the experiment ${JSON.stringify(value.experiment)} and so needs ` +
          "a salt of its own: with the flag's, its units would not be drawn independently",
      });
    }
    return scope.issues.length === before;
  },
);

/** The percent that all variations have together. */
export function totalWeight({ variations }: Rollout): number {
  return weightOfBuckets(variations.reduce((sum, { weight }) => sum + bucketsOfWeight(weight), 0));
}

function checkTotal(value: Rollout, path: string, scope: Reporting): void {
  const total = totalWeight(value);
  if (total <= 100) return;
  refuseWeight(
    scope,
    `${path}/variations`,
    `the weights sum to ${total} percent; together they are at most 100`,
  );
}

function checkStep({ variations, scheme }: Rollout, path: string, scope: Reporting): void {
  const { step } = SCHEMES[scheme ?? DEFAULT_SCHEME];
  for (const [index, { weight }] of variations.entries()) {
    if (bucketsOfWeight(weight) % step === 0) continue;
    refuseWeight(
      scope,
      `${path}/variations/${index}/weight`,
      `the scheme ${scheme} has steps of ${weightOfBuckets(step)} percent; ` +
        `${weight} is not a multiple of that`,
    );
  }
}

function checkRanges({ variations, scheme }: Rollout, path: string, scope: Reporting): void {
  const allocated = variations.filter(({ ranges }) => ranges !== undefined);
  if (allocated.length === 0) return;
  const { step } = SCHEMES[scheme ?? DEFAULT_SCHEME];
  for (const [index, { weight, ranges = [] }] of variations.entries()) {
    const place = `${path}/variations/${index}/ranges`;
    const count = countBuckets(ranges);
    if (count !== bucketsOfWeight(weight)) {
      refuseRanges(
        scope,
        place,
        `the ranges hold ${count} buckets, but a weight of ${weight} percent is ` +
          `${bucketsOfWeight(weight)}; leave all ranges out to have them allocated`,
      );
    } else if (ranges.some((range) => range.some((bound) => bound % step !== 0))) {
      refuseRanges(
        scope,
        place,
        `ranges of the scheme ${scheme} begin and end on multiples of ${step}`,
      );
    }
  }
  areDisjoint(
    variations.map(({ key, ranges }) => [key, ranges ?? []]),
    "variations",
    `${path}/variations`,
    scope,
  );
}

function refuseWeight(scope: Reporting, path: string, message: string): false {
  return refuse(scope, { path, code: "rollout.weight", message });
}
