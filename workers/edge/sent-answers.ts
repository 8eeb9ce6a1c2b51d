import type { EnvironmentId } from "../../src/core/brand.ts";
import { AllFlags } from "../../src/core/evaluation/evaluate.ts";
import type { CompiledFlag } from "../../src/core/evaluation/compiled-flag.ts";
import type { EvaluationContext, EvaluationMoment } from "../../src/core/evaluation/context.ts";
import type { FlagEvaluation } from "../../src/core/evaluation/evaluation.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import { UsageTally } from "../../src/core/events/usage-tally.ts";
import { TextSheet } from "../../src/core/ofrep/text-sheet.ts";
import { invariant } from "../../src/core/result.ts";
import { type SentAnswer, sentAnswer } from "./sent-answer.ts";

/** A number and no reference: an answer is often kept when the list that it was found in is gone. */
let lastSerial = 0;

/**
 * The answers of one list of flags as they are sent, each with a number by which its text is found and
 * it is counted: without looking at the answer, which would have to be fetched from memory.
 */
export class SentAnswers {
  readonly texts = new TextSheet();
  readonly tally = new UsageTally();
  /** Whether any may expose somebody to an experiment: in most environments none does. */
  isExposing = false;
  readonly #serial = (lastSerial += 1);
  readonly #environmentId: EnvironmentId;
  readonly #flags: AllFlags<number>;
  readonly #all: SentAnswer[] = [];
  readonly #numbers = new Map<SentAnswer, number>();

  constructor(flags: readonly CompiledFlag[], environmentId: EnvironmentId) {
    this.#environmentId = environmentId;
    this.#flags = new AllFlags(flags, (evaluation) => this.#numberOf(evaluation));
  }

  /** The numbers of all flags' answers, in the order of the list. */
  numbersFor(ruleset: Ruleset, context: EvaluationContext, moment: EvaluationMoment): number[] {
    return this.#flags.evaluate(ruleset, context, moment);
  }

  at(number: number): SentAnswer {
    const sent = this.#all[number];
    invariant(sent !== undefined, "each number was given to an answer");
    return sent;
  }

  #numberOf(evaluation: FlagEvaluation): number {
    const sent = sentAnswer(evaluation, this.#environmentId);
    if (sent.foundIn === this.#serial) return sent.number;
    sent.number = this.#numbers.get(sent) ?? this.#add(sent);
    sent.foundIn = this.#serial;
    return sent.number;
  }

  #add(sent: SentAnswer): number {
    const number = this.#all.push(sent) - 1;
    this.#numbers.set(sent, number);
    this.texts.add(sent);
    this.tally.add(sent.usage);
    if (sent.exposing !== null) this.isExposing = true;
    return number;
  }
}

const ofLists = new WeakMap<readonly CompiledFlag[], SentAnswers>();

/**
 * The answers of these flags, all of one environment; they are forgotten together with the list. By
 * the list and not by the ruleset, since what changes no flag makes a new ruleset with the same list.
 */
export function sentAnswersOf(
  flags: readonly CompiledFlag[],
  environmentId: EnvironmentId,
): SentAnswers {
  const known = ofLists.get(flags);
  if (known !== undefined) return known;
  const made = new SentAnswers(flags, environmentId);
  ofLists.set(flags, made);
  return made;
}
