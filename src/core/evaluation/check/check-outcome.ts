import type { Outcome, RolloutOutcome, VariationOutcome } from "../../documents/flag.ts";
import { isRecord } from "../../json.ts";
import { rollout, totalWeight } from "./check-rollout.ts";
import { knownVariation } from "./check-variation.ts";
import type { FlagCheckScope } from "./flag-check-scope.ts";
import { type Guard, refine, refuse } from "./guard.ts";
import { objectOf, required } from "./object-guard.ts";

export const variationOutcome = objectOf<VariationOutcome, FlagCheckScope>(
  'an outcome such as { "variation": "on" }',
  { variation: required(knownVariation) },
);

const rolloutOutcome = objectOf<RolloutOutcome, FlagCheckScope>(
  'an outcome such as { "rollout": … }',
  { rollout: required(rollout) },
);

/** A variation, or a rollout over several. */
export const outcome: Guard<Outcome, FlagCheckScope> = (input, path, scope): input is Outcome =>
  isRecord(input) && "rollout" in input
    ? rolloutOutcome(input, path, scope)
    : variationOutcome(input, path, scope);

/** What a flag falls back to: it has an answer for every unit. */
export const defaultOutcome: Guard<Outcome, FlagCheckScope> = refine(
  outcome,
  (value, path, scope) => {
    if (!("rollout" in value)) return true;
    if (value.rollout.experiment !== undefined) {
      return refuse(scope, {
        path: `${path}/rollout/experiment`,
        code: "rollout.default-experiment",
        message:
          "the default rollout cannot belong to an experiment: units that the experiment leaves " +
          "out get the default, and would have nowhere to go; put the experiment into a rule",
      });
    }
    const total = totalWeight(value.rollout);
    if (total === 100) return true;
    return refuse(scope, {
      path: `${path}/rollout/variations`,
      code: "rollout.default-total",
      message:
        `the weights of the default rollout sum to ${total} percent; they must sum to exactly ` +
        "100, because the missing part would have nowhere to go",
    });
  },
);
