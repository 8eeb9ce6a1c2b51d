import { parseAttributePath } from "../conditions/attribute-path.ts";
import { Subject } from "../conditions/subject.ts";
import type { EvaluationContext, EvaluationMoment } from "../evaluation/context.ts";
import type { ServedEvaluation } from "../evaluation/evaluation.ts";
import type { Ruleset } from "../evaluation/ruleset.ts";

/**
 * The unit that an answer exposes to an experiment: what the rollout counts units by. `undefined`
 * when the answer exposes nobody, or the context has no unit (a rollout to everyone needs none).
 */
export function exposedUnit(
  { flags }: Ruleset,
  answer: ServedEvaluation,
  context: EvaluationContext,
  moment: EvaluationMoment,
): string | undefined {
  if (answer.experiment === null) return undefined;
  const rule = flags.get(answer.flag)?.document.rules.find(({ id }) => id === answer.rule);
  const attribute = rule !== undefined && "rollout" in rule.then ? rule.then.rollout.unit : KEY;
  return new Subject(context, moment).unit(parseAttributePath(attribute));
}

const KEY = "targetingKey";
