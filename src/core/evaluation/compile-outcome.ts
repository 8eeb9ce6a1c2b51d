import { allocateInOrder } from "../bucketing/allocate-in-order.ts";
import type { BucketScheme } from "../bucketing/bucket-scheme.ts";
import { sortRanges } from "../bucketing/bucket-ranges.ts";
import { bucketsOfWeight, TOTAL_BUCKETS } from "../bucketing/buckets.ts";
import { DEFAULT_SCHEME, SCHEMES } from "../bucketing/schemes.ts";
import { parseAttributePath } from "../conditions/attribute-path.ts";
import type { BucketingScheme, BucketRange, Outcome, Rollout } from "../documents/flag.ts";
import type { AnswerLabels, Answers } from "./answers.ts";
import type { CompiledOutcome, Slice } from "./compiled-flag.ts";
import { CompiledRollout, FixedOutcome } from "./compiled-rollout.ts";
import type { ServedEvaluation } from "./evaluation.ts";
import type { ExperimentGate } from "./experiment-gate.ts";

/** What compiling the outcomes of one flag has in common. */
export interface OutcomeScope {
  readonly answers: Answers;
  readonly flagSalt: string;
  readonly schemeOf: (name: BucketingScheme, salt: string) => BucketScheme;
  readonly gate: (experiment: string) => ExperimentGate | undefined;
}

/** Schemes of one environment, each salt prepared once. */
export function schemesOf(environmentSalt: string): OutcomeScope["schemeOf"] {
  const prepared = new Map<string, BucketScheme>();
  return (name, salt) => {
    const id = `${name}\0${salt}`;
    const known = prepared.get(id);
    if (known !== undefined) return known;
    const scheme = SCHEMES[name].create(environmentSalt, salt);
    prepared.set(id, scheme);
    return scheme;
  };
}

/**
 * Makes an outcome ready. `labels` go onto its answers, except that a rollout's reason is
 * `SPLIT`. `rest` decides for units that a rollout leaves out; a default leaves none out.
 */
export function compileOutcome(
  outcome: Outcome,
  labels: AnswerLabels,
  rest: CompiledOutcome | undefined,
  scope: OutcomeScope,
): CompiledOutcome {
  if (!("rollout" in outcome)) {
    return new FixedOutcome(scope.answers.served(outcome.variation, labels));
  }
  const { rollout } = outcome;
  const gate = rollout.experiment === undefined ? undefined : scope.gate(rollout.experiment);
  const split = { ...labels, reason: "SPLIT", experiment: rollout.experiment ?? null } as const;
  const slices = slicesOf(rollout, (variation) => scope.answers.served(variation, split));
  const missing = scope.answers.unitMissing(rollout.unit);
  const left = rest ?? new FixedOutcome(missing);
  const [first] = slices;
  if (gate === undefined && slices.length === 1 && first !== undefined) {
    return first.answer === undefined ? left : new FixedOutcome(first.answer);
  }
  const scheme = rollout.scheme ?? DEFAULT_SCHEME;
  const salt = rollout.salt ?? scope.flagSalt;
  return new CompiledRollout({
    unit: parseAttributePath(rollout.unit),
    missing,
    gate,
    scheme: scope.schemeOf(scheme, salt),
    slices,
    rest: left,
    labels: { scheme, salt, experiment: rollout.experiment ?? null },
  });
}

/** The rollout's ranges, or those of a fresh allocation, with the gaps between them. */
function slicesOf(
  rollout: Rollout,
  answerOf: (variation: string) => ServedEvaluation,
): readonly Slice[] {
  const slices: { end: number; answer: ServedEvaluation | undefined }[] = [];
  const answers = new Map<string, ServedEvaluation>();
  const add = (end: number, answer: ServedEvaluation | undefined): void => {
    const last = slices.at(-1);
    if (last !== undefined && last.answer === answer) last.end = end;
    else slices.push({ end, answer });
  };
  let reached = 0;
  for (const { from, to, owner } of sortRanges(allocationOf(rollout))) {
    if (from > reached) add(from, undefined);
    const answer = answers.get(owner) ?? answerOf(owner);
    answers.set(owner, answer);
    add(to, answer);
    reached = to;
  }
  if (reached < TOTAL_BUCKETS) add(TOTAL_BUCKETS, undefined);
  return slices;
}

function allocationOf({
  variations,
}: Rollout): Iterable<readonly [string, readonly BucketRange[]]> {
  if (variations.some(({ ranges }) => ranges !== undefined)) {
    return variations.map(({ key, ranges }) => [key, ranges ?? []]);
  }
  const shares = variations.map(({ key, weight }) => [key, bucketsOfWeight(weight)] as const);
  return allocateInOrder(new Map(shares));
}
