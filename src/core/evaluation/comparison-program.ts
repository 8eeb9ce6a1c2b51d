import type { AttributePath } from "../conditions/attribute-path.ts";
import type { CompiledCondition } from "../conditions/condition-scope.ts";
import { isPlain, memberOf } from "../conditions/own-member.ts";
import type { ValueTest } from "../conditions/value-test.ts";
import type { AnswerProgram, CompiledOutcome, CompiledRule } from "./compiled-flag.ts";
import type { EvaluationContext } from "./context.ts";
import type { FlagEvaluation } from "./evaluation.ts";

/** Where to go on: at the step of that number, or, below zero, with the outcome `~place`. */
type Place = number;

/** One comparison, and where to go on when it holds and when it does not. */
interface Step {
  readonly name: string;
  readonly slot: number;
  readonly test: ValueTest;
  readonly yes: Place;
  readonly no: Place;
}

/**
 * Rules that compare members of the context and nothing else, as comparisons with jumps between them.
 *
 * Most flags are no more than that. One of them is decided here in three fifths of the time that its
 * conditions take: nothing is made for the call, and all comparisons run through one loop, whatever
 * rules and groups they were written in.
 */
export class ComparisonProgram implements AnswerProgram {
  /** The outcome, when there are no rules. */
  readonly #only: CompiledOutcome | null;
  readonly #steps: Step[] = [];
  readonly #outcomes: CompiledOutcome[] = [];
  readonly #entry: Place;
  /** Whether it can say all that the rules do. */
  #isWhole = true;

  private constructor(rules: readonly CompiledRule[], fallback: CompiledOutcome) {
    this.#only = rules.length === 0 ? fallback : null;
    // From the last to the first, since each has to know where to go on.
    this.#entry = rules.reduceRight(
      (next, { condition, outcome }) => this.#add(condition, this.#placeOf(outcome), next),
      this.#placeOf(fallback),
    );
  }

  /** `null`: the rules look at more than members of the context. */
  static of(rules: readonly CompiledRule[], fallback: CompiledOutcome): ComparisonProgram | null {
    const program = new ComparisonProgram(rules, fallback);
    return program.#isWhole ? program : null;
  }

  answerFor(context: EvaluationContext): FlagEvaluation | undefined {
    const outcome = this.#only ?? this.#run(context);
    return outcome?.answerFor(context);
  }

  #run(context: EvaluationContext): CompiledOutcome | undefined {
    if (!isPlain(context)) return undefined;
    const steps = this.#steps;
    let place = this.#entry;
    try {
      while (place >= 0) {
        const step = steps[place];
        if (step === undefined) return undefined;
        const { name, slot, test, yes, no } = step;
        place = test.holds(memberOf(context, name, slot) ?? undefined, false) ? yes : no;
      }
    } catch {
      // A getter threw. Whoever reads with more care counts that member as absent.
      return undefined;
    }
    return this.#outcomes[~place];
  }

  #placeOf(outcome: CompiledOutcome): Place {
    return ~(this.#outcomes.push(outcome) - 1);
  }

  /** Adds what decides between two places; answers with where that begins. */
  #add({ shape }: CompiledCondition, yes: Place, no: Place): Place {
    if (shape.kind === "not") return this.#add(shape.condition, no, yes);
    if (shape.kind === "and") {
      return shape.conditions.reduceRight((next, each) => this.#add(each, next, no), yes);
    }
    if (shape.kind === "or") {
      return shape.conditions.reduceRight((next, each) => this.#add(each, yes, next), no);
    }
    if (shape.kind === "attribute" && shape.test !== null && isMember(shape.path)) {
      const { path, test } = shape;
      return this.#steps.push({ name: path.name, slot: path.slot, test, yes, no }) - 1;
    }
    this.#isWhole = false;
    return no;
  }
}

/** Whether a plain context has it under its whole name or not at all. */
const isMember = ({ isOwnOnly, steps }: AttributePath): boolean => isOwnOnly && steps.length === 0;
