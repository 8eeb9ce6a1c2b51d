import type { AttributePath } from "../conditions/attribute-path.ts";
import type { CompiledCondition } from "../conditions/condition-scope.ts";
import type { Subject } from "../conditions/subject.ts";
import type { FlagDocument, FlagType } from "../documents/flag.ts";
import type { Evaluation } from "./evaluation.ts";
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
  readonly constant: Evaluation | undefined;
  /** True when rules and the default are all there is: no override, prerequisite or target. */
  readonly rulesOnly: boolean;
  readonly overrides: readonly CompiledOverride[];
  readonly prerequisites: readonly CompiledPrerequisite[];
  /** The answer while a prerequisite is unmet. */
  readonly unmet: Evaluation;
  readonly targets: readonly CompiledTargets[];
  readonly rules: readonly CompiledRule[];
  readonly fallback: CompiledOutcome;
  /** Keys of the segments that its conditions name directly. */
  readonly segments: ReadonlySet<string>;
  /** Keys of the experiments that its rollouts belong to. */
  readonly experiments: ReadonlySet<string>;
  /** Its answer to one subject, kept while that subject's call asks for it again. */
  readonly memo: AnswerMemo;
}

export interface CompiledOverride {
  readonly id: string;
  readonly condition: CompiledCondition;
  /** Milliseconds since the Unix epoch; the override holds before it. Infinity: for ever. */
  readonly expiresAt: number;
  readonly answer: Evaluation;
}

export interface CompiledPrerequisite {
  readonly flag: string;
  readonly variations: ReadonlySet<string>;
}

/** Neighbouring targets of one attribute, looked up at once. */
export interface CompiledTargets {
  readonly attribute: AttributePath;
  readonly answers: ReadonlyMap<string, Evaluation>;
}

export interface CompiledRule {
  readonly id: string;
  readonly condition: CompiledCondition;
  readonly outcome: CompiledOutcome;
}

export interface CompiledOutcome {
  decide(subject: Subject): Evaluation;
  /** What `decide` answers, and a trace of each rollout that was asked on the way. */
  explain(subject: Subject): ExplainedOutcome;
}

export interface ExplainedOutcome {
  readonly evaluation: Evaluation;
  readonly rollouts: readonly RolloutTrace[];
}

/** Written by whoever evaluates; valid only for the subject of that serial number. */
export interface AnswerMemo {
  serial: number;
  answer: Evaluation | undefined;
}
