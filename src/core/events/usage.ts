import type { EnvironmentId } from "../brand.ts";
import type { FlagEvaluation } from "../evaluation/evaluation.ts";

/** What is told apart when answers are counted. */
export interface Usage {
  readonly environmentId: EnvironmentId;
  readonly flag: string;
  /** `null`: the caller's own default was used. */
  readonly variation: string | null;
  readonly reason: string;
}

/**
 * How often one answer was given since that was last reported. Whoever gives the answer keeps
 * this beside it, so that counting is an addition and looks nothing up.
 */
export interface UsageCount {
  readonly usage: Usage;
  /** Only the counter that it was added to changes this. */
  pending: number;
}

/** What an answer counts as. */
export function usageOf(evaluation: FlagEvaluation, environmentId: EnvironmentId): Usage {
  const { flag } = evaluation;
  const [variation, reason] =
    evaluation.kind === "served"
      ? [evaluation.variation, evaluation.reason]
      : [null, REASONS[evaluation.kind]];
  return { environmentId, flag, variation, reason };
}

const REASONS = { disabled: "DISABLED", "unit-missing": "ERROR" } as const;
