import { describe, expect, it } from "vitest";
import { evaluateAll } from "../../../../src/core/evaluation/evaluate.ts";
import type { Ruleset } from "../../../../src/core/evaluation/ruleset.ts";
import { answerText } from "../../../../src/core/ofrep/answer-text.ts";
import { sentAnswersOf } from "../../../../workers/edge/sent-answers.ts";
import { after, base } from "../../core/evaluation/base-ruleset.ts";
import { flag, must, NOON, versioned } from "../../core/evaluation/build.ts";

/** The same ruleset but for one flag: it shares the answers of all others. */
const state = { kind: "flag", key: "plain", state: versioned(flag({ key: "plain" }), 2) };
const next = must(after(base, state));

/** The same flags, and not even their list is new. */
const otherKeys = must(after(base, { kind: "key", key: "k1", state: null }));

const CONTEXTS = Array.from({ length: 60 }, (_, at) => ({
  targetingKey: `user-${at}`,
  plan: at % 2 === 0 ? "pro" : "free",
}));

const answersOf = ({ environmentId, flagsByKey }: Ruleset) =>
  sentAnswersOf(flagsByKey, environmentId);

const numbersOf = (ruleset: Ruleset, context: (typeof CONTEXTS)[number]) =>
  answersOf(ruleset).numbersFor(ruleset, context, NOON);

const sentIn = (ruleset: Ruleset, context: (typeof CONTEXTS)[number]) =>
  numbersOf(ruleset, context).map((number) => answersOf(ruleset).at(number).text);

const textsIn = (ruleset: Ruleset, context: (typeof CONTEXTS)[number]) =>
  evaluateAll(ruleset, context, NOON).map((answer) => answerText(answer, ruleset.environmentId));

describe("answers that are sent by number", () => {
  it("are what is evaluated, in two rulesets that share them, whichever is asked", () => {
    for (const context of CONTEXTS) {
      for (const ruleset of [base, next, next, base]) {
        expect(sentIn(ruleset, context)).toEqual(textsIn(ruleset, context));
      }
    }
  });

  it("are what is evaluated after a change that leaves the flags as they are", () => {
    for (const context of CONTEXTS) {
      for (const ruleset of [base, otherKeys, otherKeys]) {
        expect(sentIn(ruleset, context)).toEqual(textsIn(ruleset, context));
      }
    }
  });

  it("keep their numbers, so that there are no more than there are answers", () => {
    const ask = () => CONTEXTS.flatMap((each) => [base, next].map((one) => numbersOf(one, each)));
    expect(ask()).toEqual(ask());
    const numbers = new Set(CONTEXTS.flatMap((context) => numbersOf(base, context)));
    const texts = new Set(CONTEXTS.flatMap((context) => textsIn(base, context)));
    expect(numbers.size).toBe(texts.size);
  });
});
