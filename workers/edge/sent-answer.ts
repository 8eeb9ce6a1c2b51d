import type { EnvironmentId } from "../../src/core/brand.ts";
import { AnswerNote } from "../../src/core/evaluation/answer-note.ts";
import type { FlagEvaluation, ServedEvaluation } from "../../src/core/evaluation/evaluation.ts";
import { type Usage, type UsageCount, usageOf } from "../../src/core/events/usage.ts";
import { answerText } from "../../src/core/ofrep/answer-text.ts";
import { type ListedText, listedText } from "../../src/core/ofrep/entity-tag.ts";

/** An answer as it is sent, and how often it was given for itself. */
export class SentAnswer implements ListedText, UsageCount {
  pending = 0;
  /** Which `SentAnswers` it was found in last, and under which number there. */
  foundIn = 0;
  number = 0;
  readonly first: number;
  readonly second: number;
  readonly page: DataView<ArrayBuffer>;
  readonly from: number;
  readonly bytes: number;
  readonly text: string;
  /** The answer, if it may expose somebody to an experiment. */
  readonly exposing: ServedEvaluation | null;
  readonly usage: Usage;

  constructor(evaluation: FlagEvaluation, environmentId: EnvironmentId) {
    const sent = listedText(answerText(evaluation, environmentId));
    this.first = sent.first;
    this.second = sent.second;
    this.page = sent.page;
    this.from = sent.from;
    this.bytes = sent.bytes;
    this.text = sent.text;
    const isExposing = evaluation.kind === "served" && evaluation.experiment !== null;
    this.exposing = isExposing ? evaluation : null;
    this.usage = usageOf(evaluation, environmentId);
  }

  /** What is sent when nothing else was asked for: without the comma that would follow in a list. */
  body(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.page.buffer, this.from, this.bytes - 1);
  }
}

/**
 * The answer as it is sent. A compiled flag gives the same few `Evaluation` objects to everyone, so
 * that after the first of each it is ready; it is forgotten together with the flag, which belongs to
 * one environment.
 */
export function sentAnswer(evaluation: FlagEvaluation, environmentId: EnvironmentId): SentAnswer {
  const note = AnswerNote.on(evaluation);
  if (note instanceof SentAnswer) return note;
  const made = new SentAnswer(evaluation, environmentId);
  AnswerNote.write(evaluation, made);
  return made;
}
