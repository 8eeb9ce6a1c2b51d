import { TOTAL_BUCKETS } from "../bucketing/buckets.ts";
import { unitV2Bucket } from "../bucketing/unit-v2.ts";
import { parseAttributePath } from "../conditions/attribute-path.ts";
import type { CompiledCondition } from "../conditions/condition-scope.ts";
import type { Subject } from "../conditions/subject.ts";
import { invariant } from "../result.ts";
import type { CompiledFlag, CompiledOutcome } from "./compiled-flag.ts";
import { FixedOutcome } from "./compiled-rollout.ts";
import type { FlagEvaluation } from "./evaluation.ts";

const TARGETING_KEY = parseAttributePath("targetingKey");

/** Stands for the outcomes of a flag that is evaluated by itself. */
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
  /** Where a flag's rules begin; they end where those of the next begin. */
  readonly #rules: Int32Array;
  /** The outcome of a flag when no rule holds, or `ALONE`. */
  readonly #fallbacks: Int32Array;
  /** Of each rule: which condition it has, and which outcome. */
  readonly #ruleConditions: Int32Array;
  readonly #ruleOutcomes: Int32Array;
  /** Each condition once, however many rules have it. */
  readonly #conditions: readonly CompiledCondition[];
  /** Twice the serial of the subject that was asked about last, and one more if the condition held. */
  readonly #verdicts: Float64Array;
  /** Where an outcome's slices begin. Behind them is one more for those without a targeting key. */
  readonly #slices: Int32Array;
  readonly #firstSeeds: Int32Array;
  readonly #secondSeeds: Int32Array;
  /** Of each slice: the first bucket behind it, and its answer. */
  readonly #ends: Int32Array;
  readonly #answers: readonly FlagEvaluation[];
  /** What was made of each slice's answer, once it was given. */
  readonly #made: (Made | undefined)[];

  constructor(flags: readonly CompiledFlag[]) {
    const outcomes = new OutcomeColumns();
    const conditions = new Map<CompiledCondition, number>();
    const rules: number[] = [];
    const fallbacks: number[] = [];
    const ruleConditions: number[] = [];
    const ruleOutcomes: number[] = [];
    for (const flag of flags) {
      rules.push(ruleOutcomes.length);
      const plain = plainOf(flag);
      const added = plain && outcomes.add(plain);
      fallbacks.push(added ?? ALONE);
      if (plain === undefined || added === undefined) continue;
      let outcome = added;
      for (const { condition } of plain.rules) {
        let number = conditions.get(condition);
        if (number === undefined) conditions.set(condition, (number = conditions.size));
        outcome += 1;
        ruleConditions.push(number);
        ruleOutcomes.push(outcome);
      }
    }
    rules.push(ruleOutcomes.length);
    this.#flags = flags;
    this.#rules = new Int32Array(rules);
    this.#fallbacks = new Int32Array(fallbacks);
    this.#ruleConditions = new Int32Array(ruleConditions);
    this.#ruleOutcomes = new Int32Array(ruleOutcomes);
    this.#conditions = [...conditions.keys()];
    this.#verdicts = new Float64Array(conditions.size);
    this.#slices = new Int32Array([...outcomes.slices, outcomes.answers.length]);
    this.#firstSeeds = new Int32Array(outcomes.firstSeeds);
    this.#secondSeeds = new Int32Array(outcomes.secondSeeds);
    this.#ends = new Int32Array(outcomes.ends);
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
    // Made at full length, since growing it would take a fifth of the whole call.
    // oxlint-disable-next-line unicorn/no-new-array -- `Array.from` would fill it first
    const all = new Array<Made>(flags.length);
    let at = 0;
    for (const flag of flags) {
      const outcome = this.#outcome(at, subject);
      if (outcome === ALONE) all[at] = make(alone(flag));
      else {
        const missing = (this.#slices[outcome + 1] ?? 0) - 1;
        const slice = unit === undefined ? missing : this.#slice(outcome, missing, first, second);
        all[at] = this.#made[slice] ??= make(found(this.#answers[slice]));
      }
      at += 1;
    }
    return all;
  }

  #outcome(flag: number, subject: Subject): number {
    const end = this.#rules[flag + 1] ?? 0;
    for (let rule = this.#rules[flag] ?? end; rule < end; rule += 1) {
      if (this.#holds(this.#ruleConditions[rule] ?? 0, subject)) {
        return this.#ruleOutcomes[rule] ?? ALONE;
      }
    }
    return this.#fallbacks[flag] ?? ALONE;
  }

  #holds(condition: number, subject: Subject): boolean {
    const asked = subject.serial * 2;
    const verdict = (this.#verdicts[condition] ?? 0) - asked;
    if (verdict === 0 || verdict === 1) return verdict === 1;
    const holds = this.#conditions[condition]?.holds(subject) === true;
    this.#verdicts[condition] = asked + Number(holds);
    return holds;
  }

  /** @param end the place behind the outcome's last slice. */
  #slice(outcome: number, end: number, first: number, second: number): number {
    let slice = this.#slices[outcome] ?? 0;
    if (slice + 1 === end) return slice;
    const bucket = unitV2Bucket(
      first ^ (this.#firstSeeds[outcome] ?? 0),
      second ^ (this.#secondSeeds[outcome] ?? 0),
    );
    // Counted without a branch: which slice it is cannot be foreseen, and guessing costs more.
    for (let before = slice; before < end - 1; before += 1) {
      slice += Number(bucket >= (this.#ends[before] ?? TOTAL_BUCKETS));
    }
    return slice;
  }
}

function found(answer: FlagEvaluation | undefined): FlagEvaluation {
  invariant(answer !== undefined, "each outcome has its answers");
  return answer;
}

const NO_WORDS = { first: 0, second: 0 };

interface PlainFlag {
  readonly fallback: CompiledOutcome;
  readonly rules: CompiledFlag["rules"];
}

/** A flag that is nothing but rules and a default; `undefined`: it is more. */
function plainOf(flag: CompiledFlag): PlainFlag | undefined {
  const { constant, rulesOnly } = flag;
  if (constant !== undefined) return { rules: [], fallback: new FixedOutcome(constant) };
  return rulesOnly ? flag : undefined;
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

/** The outcomes of many flags while they are laid out. */
class OutcomeColumns {
  readonly slices: number[] = [];
  readonly firstSeeds: number[] = [];
  readonly secondSeeds: number[] = [];
  readonly ends: number[] = [];
  readonly answers: FlagEvaluation[] = [];

  /** The number of its fallback, which its rules' follow; `undefined`: not all of them are plain. */
  add({ fallback, rules }: PlainFlag): number | undefined {
    if (!isPlain(fallback) || !rules.every(({ outcome }) => isPlain(outcome))) return undefined;
    const number = this.slices.length;
    this.#add(fallback);
    for (const { outcome } of rules) this.#add(outcome);
    return number;
  }

  #add({ always, rollout }: CompiledOutcome): void {
    this.slices.push(this.answers.length);
    const { first, second } = rollout?.scheme.seed ?? NO_WORDS;
    this.firstSeeds.push(first);
    this.secondSeeds.push(second);
    if (always !== null) this.#addSlice(always);
    for (const { end, answer } of rollout?.slices ?? []) this.#addSlice(answer, end);
    this.#addSlice(always ?? rollout?.missing);
  }

  #addSlice(answer: FlagEvaluation | undefined, end = TOTAL_BUCKETS): void {
    this.ends.push(end);
    this.answers.push(found(answer));
  }
}
