import type { EnvironmentId } from "../brand.ts";
import type { UsageEvent } from "./event.ts";
import type { UsageCount } from "./usage.ts";
import type { UsageTally } from "./usage-tally.ts";

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
  }

  /** Adds those that have these numbers in the tally. */
  addAll(tally: UsageTally, numbers: readonly number[]): void {
    tally.count(numbers, this.#begin);
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

  /** Whether there is room for one more. */
  readonly #begin = (count: UsageCount): boolean => {
    if (this.#touched.length >= this.#most) {
      this.dropped += 1;
      return false;
    }
    this.#touched.push(count);
    return true;
  };
}
