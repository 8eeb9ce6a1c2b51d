import type { Evaluation } from "../../src/core/evaluation/evaluation.ts";
import { answerText, type KnownEvaluation } from "../../src/core/ofrep/answer-text.ts";
import { type HashedText, hashedText } from "../../src/core/ofrep/entity-tag.ts";

interface Remembered extends HashedText {
  readonly flagSetId: string;
}

/**
 * Remembers the text of each answer. A compiled flag gives the same few `Evaluation` objects to
 * everyone, so that after the first of each an answer is ready to be sent; they are forgotten
 * together with the flag.
 */
export class AnswerTexts {
  readonly #texts = new WeakMap<Evaluation, Remembered>();

  of(evaluation: KnownEvaluation, flagSetId: string): HashedText {
    const remembered = this.#texts.get(evaluation);
    if (remembered?.flagSetId === flagSetId) return remembered;
    const made = { ...hashedText(answerText(evaluation, flagSetId)), flagSetId };
    this.#texts.set(evaluation, made);
    return made;
  }
}
