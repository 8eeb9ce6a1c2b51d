import type { EnvironmentId } from "../../src/core/brand.ts";
import { AllFlags } from "../../src/core/evaluation/evaluate.ts";
import type { FlagEvaluation } from "../../src/core/evaluation/evaluation.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import { UsageTally } from "../../src/core/events/usage-tally.ts";
import { TextSheet } from "../../src/core/ofrep/text-sheet.ts";
import { invariant } from "../../src/core/result.ts";
import { type SentAnswer, sentAnswer } from "./sent-answer.ts";

/** A number and no reference: an answer is often kept when the ruleset that it was found in is gone. */
let lastSerial = 0;

/**
 * The answers of one ruleset as they are sent, each with a number by which its text is found and it
 * is counted: without looking at the answer, which would have to be fetched from memory.
 */
export class SentAnswers {
  readonly texts = new TextSheet();
  readonly tally = new UsageTally();
  /** Whether any may expose somebody to an experiment: in most environments none does. */
  isExposing = false;
  readonly #serial = (lastSerial += 1);
  readonly #environmentId: EnvironmentId;
  readonly #all: SentAnswer[] = [];
  readonly #numbers = new Map<SentAnswer, number>();

  constructor(environmentId: EnvironmentId) {
    this.#environmentId = environmentId;
  }

  at(number: number): SentAnswer {
    const sent = this.#all[number];
    invariant(sent !== undefined, "each number was given to an answer");
    return sent;
  }

  numberOf(evaluation: FlagEvaluation): number {
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

const ofRulesets = new WeakMap<Ruleset, SentAnswers>();

/** The answers of a ruleset; they are forgotten together with it. */
export function sentAnswersOf(ruleset: Ruleset): SentAnswers {
  const known = ofRulesets.get(ruleset);
  if (known !== undefined) return known;
  const made = new SentAnswers(ruleset.environmentId);
  ofRulesets.set(ruleset, made);
  return made;
}

/** The numbers of all flags' answers. */
export const allNumbers: AllFlags<number> = new AllFlags((evaluation, ruleset) =>
  sentAnswersOf(ruleset).numberOf(evaluation),
);
