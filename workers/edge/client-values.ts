import { epochMs } from "../../src/core/brand.ts";
import type { EvaluationContext } from "../../src/core/evaluation/context.ts";
import { evaluateAll } from "../../src/core/evaluation/evaluate.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import type { AnswerTable } from "../../src/core/streaming/values-frame.ts";
import { collecting, type EvaluationDeps, expose, isVisible } from "./evaluate-request.ts";
import { RequestMoment } from "./platform-attributes.ts";
import type { EdgeIo } from "./ports.ts";

/**
 * Evaluates, for the sender of a client key, the flags that it may see. Counted are the answers that
 * it has not had `before`.
 */
export function clientValues(deps: EvaluationDeps, request: Request, io: EdgeIo) {
  return (
    ruleset: Ruleset,
    context: EvaluationContext,
    before: AnswerTable | null,
  ): AnswerTable => {
    const moment = new RequestMoment(epochMs(deps.now()), request);
    return collecting(deps, moment.now, io, () => {
      const values = new Map<string, string>();
      for (const answer of evaluateAll(ruleset, context, moment, isVisible)) {
        if (answer.kind === "not-found") continue;
        const { text, usage } = deps.texts.of(answer, ruleset.environmentId);
        values.set(answer.flag, text);
        if (before?.get(answer.flag) === text) continue;
        deps.health.evaluations += 1;
        deps.collector.count(usage);
        expose(deps, ruleset, answer, context, moment);
      }
      return values;
    });
  };
}
