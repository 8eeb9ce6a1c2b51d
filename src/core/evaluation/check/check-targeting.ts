import { compileCondition } from "../../conditions/compile-condition.ts";
import type { Condition } from "../../documents/condition.ts";
import type { Override, Prerequisite, Rule, Target } from "../../documents/flag.ts";
import { LIMITS } from "../../documents/limits.ts";
import { attributeName } from "./attribute-name.ts";
import { outcome, variationOutcome } from "./check-outcome.ts";
import { knownVariation } from "./check-variation.ts";
import type { FlagCheckScope } from "./flag-check-scope.ts";
import { type Guard, refine, refuse } from "./guard.ts";
import { areUnique, listOf } from "./list-guard.ts";
import { objectOf, optional, required } from "./object-guard.ts";
import { anyText, epochMilliseconds, keyText, unitText } from "./value-guards.ts";

/** Compiles the condition on the way, as that is how it is checked. */
const condition: Guard<Condition, FlagCheckScope> = (input, path, scope): input is Condition => {
  const compiled = compileCondition(input, path, scope);
  if (compiled !== undefined) scope.conditions.set(input, compiled);
  return compiled !== undefined;
};

export const overrides: Guard<readonly Override[], FlagCheckScope> = refine(
  listOf(
    objectOf<Override, FlagCheckScope>("an override", {
      id: required(keyText),
      if: required(condition),
      then: required(variationOutcome),
      expiresAt: optional(epochMilliseconds),
      reason: required(anyText),
    }),
    { of: "overrides", max: LIMITS.overridesPerFlag },
  ),
  (list, path, scope) =>
    areUnique(list, scope, { name: ({ id }) => id, path: (index) => `${path}/${index}/id` }),
);

/** Whether the flags and variations exist is asked when the whole ruleset is known. */
export const prerequisites: Guard<readonly Prerequisite[], FlagCheckScope> = refine(
  listOf(
    objectOf<Prerequisite, FlagCheckScope>("a prerequisite", {
      flag: required(keyText),
      variations: required(
        refine(
          listOf(keyText, { of: "variations", min: 1, max: LIMITS.variationsPerFlag }),
          (list, path, scope) =>
            areUnique(list, scope, { name: (key) => key, path: (index) => `${path}/${index}` }),
        ),
      ),
    }),
    { of: "prerequisites", max: LIMITS.prerequisitesPerFlag },
  ),
  (list, path, scope) =>
    areUnique(list, scope, { name: ({ flag }) => flag, path: (index) => `${path}/${index}/flag` }),
);

export const targets: Guard<readonly Target[], FlagCheckScope> = refine(
  listOf(
    objectOf<Target, FlagCheckScope>("a target", {
      variation: required(knownVariation),
      attribute: required(attributeName),
      values: required(listOf(unitText, { of: "values" })),
    }),
    { of: "targets" },
  ),
  areUnambiguous,
);

/** No value of one attribute is listed twice, in one target or in two. */
function areUnambiguous(list: readonly Target[], path: string, scope: FlagCheckScope): boolean {
  const before = scope.issues.length;
  const places = new Map<string, Map<string, string>>();
  for (const [index, { attribute, values }] of list.entries()) {
    const seen = places.get(attribute) ?? new Map<string, string>();
    places.set(attribute, seen);
    for (const [at, value] of values.entries()) {
      const place = `${path}/${index}/values/${at}`;
      const earlier = seen.get(value);
      if (earlier === undefined) seen.set(value, place);
      else {
        refuse(scope, {
          path: place,
          code: "document.duplicate",
          message: `${JSON.stringify(value)} is already at ${earlier}; a value has one target`,
        });
      }
    }
  }
  return scope.issues.length === before;
}

export const rules: Guard<readonly Rule[], FlagCheckScope> = refine(
  listOf(
    objectOf<Rule, FlagCheckScope>("a rule", {
      id: required(keyText),
      name: optional(anyText),
      description: optional(anyText),
      if: required(condition),
      then: required(outcome),
    }),
    { of: "rules", max: LIMITS.rulesPerFlag },
  ),
  (list, path, scope) =>
    areUnique(list, scope, { name: ({ id }) => id, path: (index) => `${path}/${index}/id` }),
);
