import type { EnvironmentId } from "../brand.ts";
import type { FlagEvaluation } from "../evaluation/evaluation.ts";
import type { UsageEvent } from "./event.ts";

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

/** Counts what is answered, until it is reported. */
export class UsageCounter {
  /** Evaluations that were not counted for want of room. */
  dropped = 0;
  readonly #most: number;
  /** All counts with something pending. */
  #touched: UsageCount[] = [];

  /** @param most how many different answers are counted at once. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many different answers were given. */
  get size(): number {
    return this.#touched.length;
  }

  add(count: UsageCount): void {
    if (count.pending > 0 || this.#begin(count)) count.pending += 1;
    else this.dropped += 1;
  }

  /**
   * Takes everything out, as one event for each environment, flag, variation and reason.
   *
   * @param atMs when the last of them was answered.
   * @param newId ids that no event had before.
   */
  drain(atMs: number, newId: () => string): Map<EnvironmentId, UsageEvent[]> {
    const touched = this.#touched;
    this.#touched = [];
    const sums = new Map<string, UsageCount>();
    for (const count of touched) {
      const { pending, usage } = count;
      const { environmentId, flag, reason, variation } = usage;
      const name = `${environmentId}\n${flag}\n${variation ?? ""}\n${reason}`;
      // Each version of a flag has answers of its own, which may say the same.
      const sum = sums.get(name);
      if (sum === undefined) sums.set(name, { usage, pending });
      else sum.pending += pending;
      count.pending = 0;
    }
    const events = new Map<EnvironmentId, UsageEvent[]>();
    for (const { usage, pending: count } of sums.values()) {
      const { environmentId, flag, variation, reason } = usage;
      const ofEnvironment = events.get(environmentId) ?? [];
      ofEnvironment.push({ kind: "usage", id: newId(), atMs, flag, variation, reason, count });
      events.set(environmentId, ofEnvironment);
    }
    return events;
  }

  #begin(count: UsageCount): boolean {
    if (this.#touched.length >= this.#most) return false;
    this.#touched.push(count);
    return true;
  }
}
