import { firstHashOf } from "../bucketing/buckets.ts";
import { unitV2HashOf } from "../bucketing/unit-v2.ts";
import { parseAttributePath } from "../conditions/attribute-path.ts";
import type { CompiledCondition } from "../conditions/condition-scope.ts";
import type { Subject } from "../conditions/subject.ts";
import { invariant } from "../result.ts";
import type { CompiledFlag, CompiledOutcome } from "./compiled-flag.ts";
import { FixedOutcome } from "./compiled-rollout.ts";
import type { FlagEvaluation } from "./evaluation.ts";

const TARGETING_KEY = parseAttributePath("targetingKey");

/** Stands for the number of rules of a flag that is evaluated by itself. */
const ALONE = -1;

/**
 * Many flags in few arrays, for deciding all of them for one subject after the other.
 *
 * Flag by flag, most of the time goes into waiting for memory: what one flag is made of lies in some
 * fifteen places, and between two requests the processor's caches forget them. Here the same is in
 * numbers next to each other. Only flags of rules and plain outcomes fit in; each of the others is
 * decided by itself.
 */
export class FlagColumns<Made> {
  readonly #flags: readonly CompiledFlag[];
  /**
   * Flag by flag: how many rules it has, or `ALONE`; of each rule its condition, and where its
   * outcome is; and where the outcome is for whom no rule holds.
   */
  readonly #rules: Int32Array;
  /** Each condition once, however many rules have it. */
  readonly #conditions: readonly CompiledCondition[];
  /** What each said of the subject that it was asked about last, as `verdictOf` has it. */
  readonly #verdicts: Float64Array;
  /** Outcome by outcome, as `OutcomeTable` writes them. */
  readonly #outcomes: Int32Array;
  readonly #answers: readonly FlagEvaluation[];
  /** What was made of each answer, once it was given. */
  readonly #made: (Made | undefined)[];

  constructor(flags: readonly CompiledFlag[]) {
    const outcomes = new OutcomeTable();
    const conditions = new Map<CompiledCondition, number>();
    const rules: number[] = [];
    for (const flag of flags) {
      const plain = plainOf(flag);
      rules.push(plain === undefined ? ALONE : plain.rules.length);
      for (const { condition, outcome } of plain?.rules ?? []) {
        let number = conditions.get(condition);
        if (number === undefined) conditions.set(condition, (number = conditions.size));
        rules.push(number, outcomes.add(outcome));
      }
      if (plain !== undefined) rules.push(outcomes.add(plain.fallback));
    }
    this.#flags = flags;
    this.#rules = new Int32Array(rules);
    this.#conditions = [...conditions.keys()];
    this.#verdicts = new Float64Array(conditions.size);
    this.#outcomes = new Int32Array(outcomes.numbers);
    this.#answers = outcomes.answers;
    this.#made = outcomes.answers.map(() => undefined);
  }

  /**
   * What is made of the answers of all flags, in their order.
   *
   * @param alone decides flags that do not fit in here.
   * @param make makes the same of the same answer.
   */
  decide(
    subject: Subject,
    alone: (flag: CompiledFlag) => FlagEvaluation,
    make: (answer: FlagEvaluation) => Made,
  ): Made[] {
    const unit = subject.unit(TARGETING_KEY);
    const { first, second } = unit === undefined ? NO_WORDS : subject.words(unit);
    const flags = this.#flags;
    // At hand, not behind a member of this, since each rule looks at them.
    const rules = this.#rules;
    const verdicts = this.#verdicts;
    const asked = verdictOf(subject);
    // Made at full length, since growing it would take a fifth of the whole call.
    // oxlint-disable-next-line unicorn/no-new-array -- `Array.from` would fill it first
    const all = new Array<Made>(flags.length);
    let at = 0;
    for (let index = 0; index < flags.length; index += 1) {
      const count = numberAt(rules, at);
      at += 1;
      if (count === ALONE) {
        all[index] = make(alone(found(flags[index])));
        continue;
      }
      const end = at + 2 * count;
      let outcome = numberAt(rules, end);
      for (; at < end; at += 2) {
        const condition = numberAt(rules, at);
        const verdict = (verdicts[condition] ?? 0) - asked;
        const isKnown = verdict === 0 || verdict === 1;
        if (!(isKnown ? verdict === 1 : this.#holds(condition, subject))) continue;
        outcome = numberAt(rules, at + 1);
        break;
      }
      at = end + 1;
      const answer = this.#answerOf(outcome, unit !== undefined, first, second);
      all[index] = this.#made[answer] ??= make(found(this.#answers[answer]));
    }
    return all;
  }

  /** Asks a condition, and keeps what it says. */
  #holds(condition: number, subject: Subject): boolean {
    const holds = this.#conditions[condition]?.holds(subject) === true;
    this.#verdicts[condition] = verdictOf(subject) + Number(holds);
    return holds;
  }

  /** The number of an outcome's answer. */
  #answerOf(outcome: number, hasUnit: boolean, first: number, second: number): number {
    const outcomes = this.#outcomes;
    const answer = numberAt(outcomes, outcome);
    const parted = numberAt(outcomes, outcome + 1);
    if (parted === 0) return answer;
    if (!hasUnit) return answer + parted;
    const seeds = outcome + 2;
    const hash = unitV2HashOf(
      first ^ numberAt(outcomes, seeds),
      second ^ numberAt(outcomes, seeds + 1),
    );
    // Counted without a branch: which slice it is cannot be foreseen, and guessing costs more.
    let slice = answer;
    for (let begin = seeds + 2; begin <= seeds + parted; begin += 1) {
      slice += Number(signed(hash) >= numberAt(outcomes, begin));
    }
    return slice;
  }
}

/** What is asked for is always there; the type cannot know. Of one kind of array only: two are slower. */
const numberAt = (numbers: Int32Array, at: number): number => numbers[at] ?? 0;

function found<T>(one: T | undefined): T {
  invariant(one !== undefined, "each flag and each answer has its place");
  return one;
}

const NO_WORDS = { first: 0, second: 0 };

/** That a condition does not hold for the subject; one more: that it does. */
const verdictOf = (subject: Subject): number => subject.serial * 2;

/** Hashes, and where slices begin, in the order of numbers with a sign, which are kept in less room. */
const signed = (hash: number): number => hash ^ 0x80000000;

interface PlainFlag {
  readonly fallback: CompiledOutcome;
  readonly rules: CompiledFlag["rules"];
}

/** A flag that is nothing but rules and a default, of outcomes that fit in; `undefined`: it is more. */
function plainOf(flag: CompiledFlag): PlainFlag | undefined {
  const { constant, fallback, rules, rulesOnly } = flag;
  if (constant !== undefined) return { rules: [], fallback: new FixedOutcome(constant) };
  const isAll = rulesOnly && isPlain(fallback) && rules.every(({ outcome }) => isPlain(outcome));
  return isAll ? flag : undefined;
}

/** More slices are better found by halving, which is for those who do it for one flag. */
const MOST_SLICES = 8;

/** Whether nothing but the bucket matters that the targeting key has with a seed. */
function isPlain({ rollout }: CompiledOutcome): boolean {
  if (rollout === null) return true;
  const { gate, scheme, slices, unit } = rollout;
  if (gate !== undefined || !unit.isTargetingKey || scheme.seed === undefined) return false;
  return slices.length <= MOST_SLICES && slices.every(({ answer }) => answer !== undefined);
}

/**
 * The outcomes of many flags while they are laid out. Each is the number of its first answer, and how
 * many slices it has, or 0: it gives that answer to everyone. Then come the two words of its seed, and
 * the first hash of each slice but the first. Behind its slices' answers is one more, for those
 * without a targeting key.
 */
class OutcomeTable {
  readonly numbers: number[] = [];
  readonly answers: FlagEvaluation[] = [];

  /** Where it is now. */
  add({ always, rollout }: CompiledOutcome): number {
    const { answers, numbers } = this;
    const place = numbers.length;
    if (rollout === null) {
      numbers.push(answers.length, 0);
      answers.push(found(always ?? undefined));
      return place;
    }
    const { missing, scheme, slices } = rollout;
    const { first, second } = scheme.seed ?? NO_WORDS;
    numbers.push(answers.length, slices.length, first, second);
    for (const { end } of slices.slice(0, -1)) numbers.push(signed(firstHashOf(end)));
    answers.push(...slices.map(({ answer }) => found(answer)), missing);
    return place;
  }
}
