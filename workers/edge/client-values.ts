import { epochMs } from "../../src/core/brand.ts";
import type { EvaluationContext } from "../../src/core/evaluation/context.ts";
import { evaluateAll } from "../../src/core/evaluation/evaluate.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import type { AnswerTable } from "../../src/core/streaming/values-frame.ts";
import { collecting, type EvaluationDeps, expose } from "./evaluate-request.ts";
import { sentAnswer } from "./answer-texts.ts";
import { RequestMoment } from "./platform-attributes.ts";
import type { EdgeIo } from "./ports.ts";
import { visibleFlags } from "./visible-flags.ts";

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
      for (const answer of evaluateAll(ruleset, context, moment, visibleFlags(ruleset))) {
        const sent = sentAnswer(answer, ruleset.environmentId);
        const { text } = sent;
        values.set(answer.flag, text);
        if (before?.get(answer.flag) === text) continue;
        deps.health.evaluations += 1;
        deps.collector.count(sent);
        expose(deps, ruleset, answer, context, moment);
      }
      return values;
    });
  };
}
