import type { BucketScheme } from "../bucketing/bucket-scheme.ts";
import type { AttributePath } from "../conditions/attribute-path.ts";
import type { CompiledCondition } from "../conditions/condition-scope.ts";
import type { Subject } from "../conditions/subject.ts";
import type { FlagDocument, FlagType } from "../documents/flag.ts";
import type { EvaluationContext } from "./context.ts";
import type { FlagEvaluation, ServedEvaluation } from "./evaluation.ts";
import type { ExperimentGate } from "./experiment-gate.ts";
import type { RolloutTrace } from "./explanation.ts";

/**
 * A flag, checked and made ready: every answer it can give exists already, so that evaluating
 * only chooses among them. Belongs to no ruleset in particular; what it needs of other flags it
 * names by key.
 */
export interface CompiledFlag {
  readonly key: string;
  readonly version: number;
  readonly type: FlagType;
  readonly clientVisible: boolean;
  readonly document: FlagDocument;
  /** The answer, when nothing that the context holds can change it. */
  readonly constant: FlagEvaluation | undefined;
  /** True when rules and the default are all there is: no override, prerequisite or target. */
  readonly rulesOnly: boolean;
  readonly overrides: readonly CompiledOverride[];
  readonly prerequisites: readonly CompiledPrerequisite[];
  /** The answer while a prerequisite is unmet. */
  readonly unmet: FlagEvaluation;
  readonly targets: readonly CompiledTargets[];
  readonly rules: readonly CompiledRule[];
  readonly fallback: CompiledOutcome;
  /** Rules and fallback, made ready for one context without anything else; `null`: they take more. */
  readonly program: AnswerProgram | null;
  /** Keys of the segments that its conditions name directly. */
  readonly segments: ReadonlySet<string>;
  /** Keys of the experiments that its rollouts belong to. */
  readonly experiments: ReadonlySet<string>;
  /** Its answer to one subject, kept while that subject's call asks for it again. */
  readonly memo: AnswerMemo;
}

export interface AnswerProgram {
  /** The answer; `undefined`: for this context, or after these rules, it takes more to decide. */
  answerFor(context: EvaluationContext): FlagEvaluation | undefined;
}

export interface CompiledOverride {
  readonly id: string;
  readonly condition: CompiledCondition;
  /** Milliseconds since the Unix epoch; the override holds before it. Infinity: for ever. */
  readonly expiresAt: number;
  readonly answer: FlagEvaluation;
}

export interface CompiledPrerequisite {
  readonly flag: string;
  readonly variations: ReadonlySet<string>;
}

/** Neighbouring targets of one attribute, looked up at once. */
export interface CompiledTargets {
  readonly attribute: AttributePath;
  readonly answers: ReadonlyMap<string, FlagEvaluation>;
}

export interface CompiledRule {
  readonly id: string;
  readonly condition: CompiledCondition;
  readonly outcome: CompiledOutcome;
}

export interface CompiledOutcome {
  /** The answer, if it is the same for everyone. */
  readonly always: FlagEvaluation | null;
  /** What it was made of, if it is a rollout. */
  readonly rollout: RolloutParts | null;
  decide(subject: Subject): FlagEvaluation;
  /**
   * What `decide` answers in this context, if nothing but its targeting key matters: a good part of
   * deciding is to make a subject. `undefined`: one has to be asked.
   */
  answerFor(context: EvaluationContext): FlagEvaluation | undefined;
}

export interface RolloutParts {
  readonly unit: AttributePath;
  /** The answer when the context has no unit. */
  readonly missing: FlagEvaluation;
  readonly gate: ExperimentGate | undefined;
  readonly scheme: BucketScheme;
  /** Without gap from bucket 0 to 100,000, and none is empty: ranges are not, nor shares of 0. */
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

/** Written by whoever evaluates; valid only for the subject of that serial number. */
export interface AnswerMemo {
  serial: number;
  answer: FlagEvaluation | undefined;
}
