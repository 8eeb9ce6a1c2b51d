import type { BucketScheme } from "../bucketing/bucket-scheme.ts";
import { TOTAL_BUCKETS } from "../bucketing/buckets.ts";
import type { AttributePath } from "../conditions/attribute-path.ts";
import { ownTargetingKey } from "../conditions/own-member.ts";
import type { Subject } from "../conditions/subject.ts";
import type { CompiledOutcome, RolloutParts } from "./compiled-flag.ts";
import type { EvaluationContext } from "./context.ts";
import type { FlagEvaluation, ServedEvaluation } from "./evaluation.ts";

/** An outcome that is the same for every subject. */
export class FixedOutcome implements CompiledOutcome {
  readonly always: FlagEvaluation;
  readonly rollout = null;

  constructor(answer: FlagEvaluation) {
    this.always = answer;
  }

  decide(): FlagEvaluation {
    return this.always;
  }

  answerFor(): FlagEvaluation {
    return this.always;
  }
}

/** Up to so many slices, looking at one after the other is faster than halving. */
const FEW_SLICES = 8;

/** A choice by the unit's bucket. */
export class CompiledRollout implements CompiledOutcome {
  readonly always = null;
  readonly rollout: RolloutParts;
  readonly #isPlain: boolean;
  readonly #unit: AttributePath;
  readonly #scheme: BucketScheme;
  readonly #ends: readonly number[];
  readonly #answers: readonly (ServedEvaluation | undefined)[];

  constructor(parts: RolloutParts) {
    this.rollout = parts;
    this.#isPlain = parts.unit.isTargetingKey && parts.gate === undefined;
    this.#unit = parts.unit;
    this.#scheme = parts.scheme;
    this.#ends = parts.slices.map(({ end }) => end);
    this.#answers = parts.slices.map(({ answer }) => answer);
  }

  decide(subject: Subject): FlagEvaluation {
    const unit = subject.unit(this.#unit);
    const { gate, missing, rest } = this.rollout;
    if (unit === undefined) return missing;
    if (gate !== undefined && !gate.admits(unit, subject)) return rest.decide(subject);
    // Of one slice the bucket makes no difference.
    const index = this.#ends.length === 1 ? 0 : this.#find(this.#scheme.bucket(unit, subject));
    return this.#answers[index] ?? rest.decide(subject);
  }

  answerFor(context: EvaluationContext): FlagEvaluation | undefined {
    const unit = this.#isPlain ? ownTargetingKey(context) : undefined;
    if (unit === undefined) return undefined;
    return this.#answers[this.#find(this.#scheme.bucketAlone(unit))];
  }

  /** The slice that a bucket lies in. */
  #find(bucket: number): number {
    const ends = this.#ends;
    const last = ends.length - 1;
    let low = 0;
    if (last < FEW_SLICES) {
      // Counted without a branch: which slice it is cannot be foreseen, and guessing costs more.
      for (let at = 0; at < last; at += 1) low += Number(bucket >= (ends[at] ?? TOTAL_BUCKETS));
      return low;
    }
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bucket < (ends[middle] ?? TOTAL_BUCKETS)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
