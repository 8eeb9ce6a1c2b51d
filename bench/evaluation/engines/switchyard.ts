import { compileRe2 } from "../../../src/adapters/patterns/re2.ts";
import { epochMs } from "../../../src/core/brand.ts";
import type { FlagDocument } from "../../../src/core/documents/flag.ts";
import { compileRuleset } from "../../../src/core/evaluation/compile-ruleset.ts";
import type { EvaluationContext } from "../../../src/core/evaluation/context.ts";
import { evaluateAll, evaluateFlag } from "../../../src/core/evaluation/evaluate.ts";
import type { Evaluation } from "../../../src/core/evaluation/evaluation.ts";
import type { Ruleset } from "../../../src/core/evaluation/ruleset.ts";
import { ALL_KEYS, type Engine, HALF_KEY, isHalf, RULES_KEY } from "../workloads.ts";
import { halfFlag, rulesFlag, snapshotOf } from "./switchyard-flags.ts";

const moment = { now: epochMs(1_767_268_800_000) };

/** This product's own evaluator, called as the edge Worker calls it. */
export function createEngine(): Engine<EvaluationContext, Evaluation> {
  const single = rulesetOf([halfFlag(HALF_KEY), rulesFlag(RULES_KEY)]);
  const all = rulesetOf(ALL_KEYS.map((key, at) => (isHalf(at) ? halfFlag(key) : rulesFlag(key))));
  const places = ALL_KEYS.map((key) => all.flagsByKey.findIndex((flag) => flag.key === key));
  return {
    name: "Switchyard",
    contextOf: ({ id, ...attributes }) => ({ targetingKey: id, ...attributes }),
    half: (context) => evaluateFlag(single, HALF_KEY, context, moment),
    rules: (context) => evaluateFlag(single, RULES_KEY, context, moment),
    all: (context) => evaluateAll(all, context, moment),
    valueOf,
    valueIn: (answers: Evaluation[], index) => valueOf(answers[places[index] ?? -1]),
  };
}

function rulesetOf(flags: readonly FlagDocument[]): Ruleset {
  const compiled = compileRuleset(snapshotOf(flags), { compilePattern: compileRe2 });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

function valueOf(answer: Evaluation | undefined): unknown {
  return answer?.kind === "served" ? answer.value : answer?.kind;
}
