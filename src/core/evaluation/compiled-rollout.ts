import type { BucketScheme } from "../bucketing/bucket-scheme.ts";
import { TOTAL_BUCKETS } from "../bucketing/buckets.ts";
import type { AttributePath } from "../conditions/attribute-path.ts";
import type { Subject } from "../conditions/subject.ts";
import type { CompiledOutcome, ExplainedOutcome } from "./compiled-flag.ts";
import type { Evaluation, ServedEvaluation } from "./evaluation.ts";
import type { ExperimentGate } from "./experiment-gate.ts";
import type { RolloutTrace } from "./explanation.ts";

/** An outcome that is the same for every subject. */
export class FixedOutcome implements CompiledOutcome {
  readonly #answer: Evaluation;

  constructor(answer: Evaluation) {
    this.#answer = answer;
  }

  decide(): Evaluation {
    return this.#answer;
  }

  explain(): ExplainedOutcome {
    return { evaluation: this.#answer, rollouts: [] };
  }
}

export interface RolloutParts {
  readonly unit: AttributePath;
  /** The answer when the context has no unit. */
  readonly missing: Evaluation;
  readonly gate: ExperimentGate | undefined;
  readonly scheme: BucketScheme;
  /** Without gap from bucket 0 to 100,000. */
  readonly slices: readonly Slice[];
  /** For units that no variation, or no experiment, has. */
  readonly rest: CompiledOutcome;
  readonly labels: Pick<RolloutTrace, "scheme" | "salt" | "experiment">;
}

export interface Slice {
  /** The first bucket behind it. */
  readonly end: number;
  /** `undefined`: the rest decides. */
  readonly answer: ServedEvaluation | undefined;
}

/** Up to so many slices, looking at one after the other is faster than halving. */
const FEW_SLICES = 8;

/** A choice by the unit's bucket. */
export class CompiledRollout implements CompiledOutcome {
  readonly #unit: AttributePath;
  readonly #missing: Evaluation;
  readonly #gate: ExperimentGate | undefined;
  readonly #scheme: BucketScheme;
  readonly #ends: readonly number[];
  readonly #answers: readonly (ServedEvaluation | undefined)[];
  readonly #rest: CompiledOutcome;
  readonly #labels: RolloutParts["labels"];

  constructor(parts: RolloutParts) {
    this.#unit = parts.unit;
    this.#missing = parts.missing;
    this.#gate = parts.gate;
    this.#scheme = parts.scheme;
    this.#ends = parts.slices.map(({ end }) => end);
    this.#answers = parts.slices.map(({ answer }) => answer);
    this.#rest = parts.rest;
    this.#labels = parts.labels;
  }

  decide(subject: Subject): Evaluation {
    const unit = subject.unit(this.#unit);
    if (unit === undefined) return this.#missing;
    if (this.#gate !== undefined && !this.#gate.admits(unit, subject)) {
      return this.#rest.decide(subject);
    }
    const index = this.#isUndivided() ? 0 : this.#find(this.#scheme.bucket(unit, subject));
    return this.#answers[index] ?? this.#rest.decide(subject);
  }

  explain(subject: Subject): ExplainedOutcome {
    const unit = subject.unit(this.#unit) ?? null;
    const trace: RolloutTrace = {
      kind: "rollout",
      attribute: this.#unit.name,
      unit,
      ...this.#labels,
      layer: null,
      holdouts: [],
      bucket: null,
      range: null,
      variation: null,
    };
    if (unit === null) return { evaluation: this.#missing, rollouts: [trace] };
    if (this.#gate === undefined) return this.#explainSlice(trace, unit, subject);
    const { admitted, ...shares } = this.#gate.explain(unit, subject);
    const gated = { ...trace, ...shares };
    return admitted ? this.#explainSlice(gated, unit, subject) : this.#left(gated, subject);
  }

  #explainSlice(trace: RolloutTrace, unit: string, subject: Subject): ExplainedOutcome {
    if (this.#isUndivided()) return this.#chosen(trace, 0, subject);
    const bucket = this.#scheme.bucket(unit, subject);
    const index = this.#find(bucket);
    const from = this.#ends[index - 1] ?? 0;
    const to = this.#ends[index] ?? TOTAL_BUCKETS;
    return this.#chosen({ ...trace, bucket, range: [from, to] }, index, subject);
  }

  #chosen(trace: RolloutTrace, index: number, subject: Subject): ExplainedOutcome {
    const answer = this.#answers[index];
    if (answer === undefined) return this.#left(trace, subject);
    return { evaluation: answer, rollouts: [{ ...trace, variation: answer.variation }] };
  }

  #left(trace: RolloutTrace, subject: Subject): ExplainedOutcome {
    const { evaluation, rollouts } = this.#rest.explain(subject);
    return { evaluation, rollouts: [trace, ...rollouts] };
  }

  /** Then the bucket makes no difference, and is not computed. */
  #isUndivided(): boolean {
    return this.#ends.length === 1;
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
