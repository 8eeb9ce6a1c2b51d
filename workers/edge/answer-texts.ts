import type { EnvironmentId } from "../../src/core/brand.ts";
import type { Evaluation } from "../../src/core/evaluation/evaluation.ts";
import { type UsageCount, usageOf } from "../../src/core/events/usage-counter.ts";
import { answerText, type KnownEvaluation } from "../../src/core/ofrep/answer-text.ts";
import { type HashedText, hashedText } from "../../src/core/ofrep/entity-tag.ts";

/** An answer as it is sent, and how often it was given: found together, in one look-up. */
export interface RememberedAnswer extends HashedText {
  readonly usage: UsageCount;
}

/**
 * Remembers the text of each answer. A compiled flag gives the same few `Evaluation` objects to
 * everyone, so that after the first of each an answer is ready to be sent; they are forgotten
 * together with the flag.
 */
export class AnswerTexts {
  readonly #answers = new WeakMap<Evaluation, RememberedAnswer>();

  of(evaluation: KnownEvaluation, environmentId: EnvironmentId): RememberedAnswer {
    const remembered = this.#answers.get(evaluation);
    if (remembered?.usage.environmentId === environmentId) return remembered;
    const text = hashedText(answerText(evaluation, environmentId));
    const made = { ...text, usage: usageOf(evaluation, environmentId) };
    this.#answers.set(evaluation, made);
    return made;
  }
}
