import { explainCondition } from "../conditions/explain-condition.ts";
import { Subject } from "../conditions/subject.ts";
import type { CompiledFlag, CompiledOutcome, CompiledPrerequisite } from "./compiled-flag.ts";
import type { EvaluationContext, EvaluationMoment } from "./context.ts";
import type { Evaluation } from "./evaluation.ts";
import { explainOutcome } from "./explain-outcome.ts";
import type { Explanation, ExplanationStep } from "./explanation.ts";
import type { Ruleset } from "./ruleset.ts";

/** Decides one flag as evaluating does, and says step by step why. */
export function explainFlag(
  ruleset: Ruleset,
  key: string,
  context: EvaluationContext,
  moment: EvaluationMoment,
): Explanation {
  const subject = new Subject(context, moment);
  return new Explainer(ruleset, subject, moment.now).explain(key);
}

class Explainer {
  readonly #ruleset: Ruleset;
  readonly #subject: Subject;
  readonly #now: number;
  /** Flags are spelled out once: many paths may lead to the same prerequisite. */
  readonly #explained = new Map<string, Evaluation>();
  /** Segments likewise. */
  readonly #shown = new Set<string>();

  constructor(ruleset: Ruleset, subject: Subject, now: number) {
    this.#ruleset = ruleset;
    this.#subject = subject;
    this.#now = now;
  }

  explain(key: string): Explanation {
    const flag = this.#ruleset.flags.get(key);
    if (flag === undefined) {
      return {
        evaluation: { kind: "not-found", flag: key },
        steps: [{ kind: "flag", found: false }],
      };
    }
    const steps: ExplanationStep[] = [{ kind: "flag", found: true }];
    const evaluation = this.#decide(flag, steps);
    this.#explained.set(key, evaluation);
    return { evaluation, steps };
  }

  #decide(flag: CompiledFlag, steps: ExplanationStep[]): Evaluation {
    const { killed, enabled } = flag.document;
    steps.push({ kind: "killed", killed: killed !== null, reason: killed?.reason ?? null });
    if (killed === null) steps.push({ kind: "enabled", enabled });
    if (flag.constant !== undefined) {
      if (killed === null && enabled) steps.push({ kind: "default" });
      return flag.constant;
    }
    const decided = this.#askOverrides(flag, steps) ?? this.#askPrerequisites(flag, steps);
    return decided ?? this.#askTargeting(flag, steps);
  }

  #askOverrides(flag: CompiledFlag, steps: ExplanationStep[]): Evaluation | undefined {
    for (const { id, expiresAt, condition, answer } of flag.overrides) {
      const expired = this.#now >= expiresAt;
      const trace = expired ? null : explainCondition(condition, this.#subject, this.#shown);
      const matched = trace?.held === true;
      steps.push({
        kind: "override",
        id,
        expiresAt: Number.isFinite(expiresAt) ? expiresAt : null,
        expired,
        matched,
        condition: trace,
      });
      if (matched) return answer;
    }
    return undefined;
  }

  #askPrerequisites(flag: CompiledFlag, steps: ExplanationStep[]): Evaluation | undefined {
    for (const prerequisite of flag.prerequisites) {
      if (!this.#isMet(prerequisite, steps)) return flag.unmet;
    }
    return undefined;
  }

  #isMet({ flag, variations }: CompiledPrerequisite, steps: ExplanationStep[]): boolean {
    const known = this.#explained.get(flag);
    const explanation = known === undefined ? this.explain(flag) : null;
    const answer = known ?? explanation?.evaluation;
    const served = answer?.kind === "served" ? answer.variation : null;
    const met = served !== null && variations.has(served);
    steps.push({
      kind: "prerequisite",
      flag,
      variations: [...variations],
      served,
      met,
      explanation,
    });
    return met;
  }

  #askTargeting(flag: CompiledFlag, steps: ExplanationStep[]): Evaluation {
    for (const { attribute, answers } of flag.targets) {
      const unit = this.#subject.unit(attribute);
      const answer = unit === undefined ? undefined : answers.get(unit);
      const matched = answer !== undefined;
      steps.push({ kind: "target", attribute: attribute.name, unit: unit ?? null, matched });
      if (answer !== undefined) return answer;
    }
    for (const [index, { id, condition, outcome }] of flag.rules.entries()) {
      const trace = explainCondition(condition, this.#subject, this.#shown);
      const name = flag.document.rules[index]?.name ?? null;
      steps.push({ kind: "rule", id, name, matched: trace.held, condition: trace });
      if (trace.held) return this.#choose(outcome, steps);
    }
    steps.push({ kind: "default" });
    return this.#choose(flag.fallback, steps);
  }

  #choose(outcome: CompiledOutcome, steps: ExplanationStep[]): Evaluation {
    const { evaluation, rollouts } = explainOutcome(outcome, this.#subject);
    steps.push(...rollouts);
    return evaluation;
  }
}
