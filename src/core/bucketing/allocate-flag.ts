import type { FlagDocument, Outcome, Rollout, RolloutVariation } from "../documents/flag.ts";
import type { Allocation } from "./allocate-in-order.ts";
import { allocateRanges } from "./allocate-ranges.ts";
import { countBuckets, findOverlap, findUnbounded, sortRanges } from "./bucket-ranges.ts";
import { bucketsOfWeight, TOTAL_BUCKETS } from "./buckets.ts";
import { DEFAULT_SCHEME } from "./schemes.ts";

/**
 * Turns the weights of every rollout into bucket ranges, so that an edit moves as few units as
 * possible. Returns `next` itself when nothing is to be written.
 *
 * Ranges that `next` brings along are where it starts from (a copy or an import moves nobody);
 * else those of the same rule, or of the default, in `previous`, if it hashed the same unit with
 * the same salt and scheme. What is not well formed is left as it is: checking names it.
 */
export function allocateFlag(next: FlagDocument, previous: FlagDocument | undefined): FlagDocument {
  const earlier = new Map(previous?.rules.map((rule) => [rule.id, rule.then]));
  const allocate = (outcome: Outcome, before: Outcome | undefined): Outcome =>
    allocateOutcome(
      { outcome, flagSalt: next.salt },
      before === undefined || previous === undefined
        ? undefined
        : { outcome: before, flagSalt: previous.salt },
    );

  let changed = false;
  const rules = next.rules.map((rule) => {
    const then = allocate(rule.then, earlier.get(rule.id));
    if (then === rule.then) return rule;
    changed = true;
    return { ...rule, then };
  });
  const fallback = allocate(next.default, previous?.default);
  if (!changed && fallback === next.default) return next;
  return { ...next, rules, default: fallback };
}

interface OutcomeOfFlag {
  readonly outcome: Outcome;
  readonly flagSalt: string;
}

function allocateOutcome(next: OutcomeOfFlag, previous: OutcomeOfFlag | undefined): Outcome {
  if (!("rollout" in next.outcome)) return next.outcome;
  const { rollout } = next.outcome;
  if (!hasAllocatableWeights(rollout)) return next.outcome;
  if (rollout.variations.some(({ ranges }) => ranges !== undefined)) {
    const brought = allocationOf(rollout);
    if (fitsExactly(rollout) || !isWellFormed(brought)) return next.outcome;
    return { rollout: withRanges(rollout, brought) };
  }
  return { rollout: withRanges(rollout, continued(next, previous)) };
}

/** The ranges that a rollout without any of its own goes on from. */
function continued(
  next: OutcomeOfFlag,
  previous: OutcomeOfFlag | undefined,
): Allocation | undefined {
  if (previous === undefined || !("rollout" in previous.outcome)) return undefined;
  if (hashedWith(previous) !== hashedWith(next)) return undefined;
  const allocation = allocationOf(previous.outcome.rollout);
  const empty = [...allocation.values()].every((ranges) => ranges.length === 0);
  return empty || !isWellFormed(allocation) ? undefined : allocation;
}

/** Equal texts mean that a unit has the same bucket in both. */
function hashedWith({ outcome, flagSalt }: OutcomeOfFlag): string {
  if (!("rollout" in outcome)) return "";
  const { unit, salt, scheme } = outcome.rollout;
  return JSON.stringify([unit, salt ?? flagSalt, scheme ?? DEFAULT_SCHEME]);
}

function allocationOf(rollout: Rollout): Allocation {
  return new Map(rollout.variations.map(({ key, ranges }) => [key, ranges ?? []]));
}

function withRanges(rollout: Rollout, from: Allocation | undefined): Rollout {
  const shares = new Map(
    rollout.variations.map(({ key, weight }) => [key, bucketsOfWeight(weight)]),
  );
  const allocated = allocateRanges(from, shares);
  const variations = rollout.variations.map((variation): RolloutVariation => ({
    ...variation,
    ranges: allocated.get(variation.key) ?? [],
  }));
  return { ...rollout, variations };
}

function hasAllocatableWeights({ variations }: Rollout): boolean {
  const keys = new Set(variations.map(({ key }) => key));
  const total = variations.reduce((sum, { weight }) => sum + bucketsOfWeight(weight), 0);
  return (
    keys.size === variations.length &&
    variations.every(({ weight }) => weight >= 0) &&
    total <= TOTAL_BUCKETS
  );
}

function isWellFormed(allocation: Allocation): boolean {
  for (const ranges of allocation.values()) {
    if (findUnbounded(ranges) !== undefined) return false;
  }
  return findOverlap(sortRanges(allocation)) === undefined;
}

function fitsExactly({ variations }: Rollout): boolean {
  return variations.every(
    ({ weight, ranges }) =>
      ranges !== undefined && countBuckets(ranges) === bucketsOfWeight(weight),
  );
}
