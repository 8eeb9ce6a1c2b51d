import { epochMs } from "../../src/core/brand.ts";
import type { EvaluationContext } from "../../src/core/evaluation/context.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import type { AnswerTable } from "../../src/core/streaming/values-frame.ts";
import { collecting, type EvaluationDeps, expose } from "./evaluate-request.ts";
import { RequestMoment } from "./platform-attributes.ts";
import type { EdgeIo } from "./ports.ts";
import { sentAnswersOf } from "./sent-answers.ts";
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
      const answers = sentAnswersOf(visibleFlags(ruleset), ruleset.environmentId);
      for (const number of answers.numbersFor(ruleset, context, moment)) {
        const sent = answers.at(number);
        const { text, usage } = sent;
        const { flag } = usage;
        values.set(flag, text);
        if (before?.get(flag) === text) continue;
        deps.health.evaluations += 1;
        deps.collector.count(sent);
        expose(deps, ruleset, sent, context, moment);
      }
      return values;
    });
  };
}
