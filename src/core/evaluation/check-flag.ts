import type { CompiledCondition, ConditionScope } from "../conditions/condition-scope.ts";
import { FLAG_TYPES, type FlagDocument, type FlagType, type Kill } from "../documents/flag.ts";
import { LIMITS } from "../documents/limits.ts";
import { isRecord } from "../json.ts";
import { defaultOutcome } from "./check/check-outcome.ts";
import { overrides, prerequisites, rules, targets } from "./check/check-targeting.ts";
import { knownVariation, variations } from "./check/check-variation.ts";
import type { FlagCheckScope } from "./check/flag-check-scope.ts";
import { nullable } from "./check/guard.ts";
import { objectOf, optional, required } from "./check/object-guard.ts";
import { anyText, keyText, oneOf, saltText, trueOrFalse } from "./check/value-guards.ts";

export type FlagScope = Omit<ConditionScope, "budget">;

/** A flag document whose every part is right in itself, with its conditions compiled. */
export interface CheckedFlag {
  readonly document: FlagDocument;
  /** By the condition's object in the document. */
  readonly conditions: ReadonlyMap<unknown, CompiledCondition>;
}

const kill = objectOf<Kill, FlagCheckScope>("a kill switch or null", {
  variation: required(nullable(knownVariation)),
  reason: required(anyText),
});

const flagDocument = objectOf<FlagDocument, FlagCheckScope>("a flag document", {
  key: required(keyText),
  description: optional(anyText),
  type: required(oneOf(FLAG_TYPES)),
  variations: required(variations),
  enabled: required(trueOrFalse),
  offVariation: required(nullable(knownVariation)),
  killed: required(nullable(kill)),
  overrides: required(overrides),
  prerequisites: required(prerequisites),
  targets: required(targets),
  rules: required(rules),
  default: required(defaultOutcome),
  salt: required(saltText),
  clientVisible: required(trueOrFalse),
});

/**
 * Checks everything about a flag that can be seen without the other flags: shape, types, limits,
 * weights, references to its own variations and to segments. Reports into `scope.issues` and
 * answers `undefined` when something is wrong. Its size as text is not looked at.
 */
export function checkFlag(input: unknown, path: string, scope: FlagScope): CheckedFlag | undefined {
  const conditions = new Map<unknown, CompiledCondition>();
  const checkScope: FlagCheckScope = {
    ...scope,
    budget: { nodes: LIMITS.conditionNodesPerFlag },
    type: typeOf(input),
    variations: variationKeysOf(input),
    conditions,
  };
  return flagDocument(input, path, checkScope) ? { document: input, conditions } : undefined;
}

function typeOf(input: unknown): FlagType | undefined {
  const type = isRecord(input) ? input["type"] : undefined;
  return FLAG_TYPES.find((known) => known === type);
}

function variationKeysOf(input: unknown): ReadonlySet<string> | undefined {
  const list: unknown = isRecord(input) ? input["variations"] : undefined;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const keys = new Set<string>();
  for (const variation of list) {
    const key: unknown = isRecord(variation) ? variation["key"] : undefined;
    if (typeof key === "string") keys.add(key);
  }
  return keys;
}
