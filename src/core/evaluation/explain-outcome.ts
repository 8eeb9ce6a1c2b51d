import type { UnitHashes } from "../bucketing/bucket-scheme.ts";
import { TOTAL_BUCKETS } from "../bucketing/buckets.ts";
import type { Subject } from "../conditions/subject.ts";
import type { BucketSet } from "./bucket-set.ts";
import type { CompiledOutcome, RolloutParts } from "./compiled-flag.ts";
import type { FlagEvaluation } from "./evaluation.ts";
import type { ExperimentGate } from "./experiment-gate.ts";
import type { RolloutTrace, ShareTrace } from "./explanation.ts";

interface ExplainedOutcome {
  /** What deciding answers. */
  readonly evaluation: FlagEvaluation;
  /** Each rollout that was asked on the way. */
  readonly rollouts: readonly RolloutTrace[];
}

/** Decides an outcome as evaluating does, and says how. */
export function explainOutcome(outcome: CompiledOutcome, subject: Subject): ExplainedOutcome {
  const { rollout } = outcome;
  return rollout === null
    ? { evaluation: outcome.decide(subject), rollouts: [] }
    : explainRollout(rollout, subject);
}

function explainRollout(parts: RolloutParts, subject: Subject): ExplainedOutcome {
  const { gate, labels, missing } = parts;
  const unit = subject.unit(parts.unit) ?? null;
  const trace: RolloutTrace = {
    kind: "rollout",
    attribute: parts.unit.name,
    unit,
    ...labels,
    layer: null,
    holdouts: [],
    bucket: null,
    range: null,
    variation: null,
  };
  if (unit === null) return { evaluation: missing, rollouts: [trace] };
  if (gate === undefined) return explainSlice(parts, trace, unit, subject);
  const { admitted, ...shares } = explainGate(gate, unit, subject);
  const gated = { ...trace, ...shares };
  return admitted ? explainSlice(parts, gated, unit, subject) : left(parts, gated, subject);
}

function explainSlice(
  parts: RolloutParts,
  trace: RolloutTrace,
  unit: string,
  subject: Subject,
): ExplainedOutcome {
  const { scheme, slices } = parts;
  // Of one slice the bucket makes no difference, and is not computed.
  if (slices.length === 1) return chosen(parts, trace, 0, subject);
  const bucket = scheme.bucket(unit, subject);
  const index = slices.findIndex(({ end }) => bucket < end);
  const range = [slices[index - 1]?.end ?? 0, slices[index]?.end ?? TOTAL_BUCKETS] as const;
  return chosen(parts, { ...trace, bucket, range }, index, subject);
}

function chosen(
  parts: RolloutParts,
  trace: RolloutTrace,
  index: number,
  subject: Subject,
): ExplainedOutcome {
  const answer = parts.slices[index]?.answer;
  if (answer === undefined) return left(parts, trace, subject);
  return { evaluation: answer, rollouts: [{ ...trace, variation: answer.variation }] };
}

/** For units that the rollout leaves out. */
function left({ rest }: RolloutParts, trace: RolloutTrace, subject: Subject): ExplainedOutcome {
  const { evaluation, rollouts } = explainOutcome(rest, subject);
  return { evaluation, rollouts: [trace, ...rollouts] };
}

function explainGate(
  { layer: part, holdouts: sets }: ExperimentGate,
  unit: string,
  by: UnitHashes,
) {
  const layer = part === undefined ? null : shareOf(part, unit, by);
  if (layer?.inside === false) return { admitted: false, layer, holdouts: [] };
  const holdouts: ShareTrace[] = [];
  for (const holdout of sets) {
    const share = shareOf(holdout, unit, by);
    holdouts.push(share);
    if (share.inside) return { admitted: false, layer, holdouts };
  }
  return { admitted: true, layer, holdouts };
}

function shareOf(set: BucketSet, unit: string, hashes: UnitHashes): ShareTrace {
  const bucket = set.bucket(unit, hashes);
  return { key: set.key, bucket, ranges: set.ranges, inside: set.includes(bucket) };
}
