import type { Usage, UsageCount } from "./usage.ts";

/** So many answers it has room for at first. */
const FIRST_ROOM = 64;

/**
 * How often each of many answers was given since that was last reported, in numbers next to each
 * other: counting the answers of all flags fetches nothing from each of them.
 */
export class UsageTally {
  /** By the answer's number. */
  #pending = new Int32Array(FIRST_ROOM);
  readonly #all = () => this.#pending;
  readonly #counts: UsageCount[] = [];

  /** The number that the answer has from now on: one more than the one before it, from 0 on. */
  add(usage: Usage): number {
    const number = this.#counts.length;
    if (number === this.#pending.length) this.#grow();
    this.#counts.push(new TallyCount(usage, this.#all, number));
    return number;
  }

  /**
   * Counts the answers that have these numbers, each as often as it is there.
   *
   * @param begin asked about each that nothing is pending of, first; `false`: it is not counted.
   */
  count(numbers: readonly number[], begin: (count: UsageCount) => boolean): void {
    const pending = this.#pending;
    // An iterator would be made, and what it gives for each of them.
    for (let index = 0; index < numbers.length; index += 1) {
      const number = numbers[index] ?? 0;
      const before = pending[number] ?? 0;
      if (before > 0 || this.#begins(number, begin)) pending[number] = before + 1;
    }
  }

  #begins(number: number, begin: (count: UsageCount) => boolean): boolean {
    const count = this.#counts[number];
    return count !== undefined && begin(count);
  }

  #grow(): void {
    const grown = new Int32Array(2 * this.#pending.length);
    grown.set(this.#pending);
    this.#pending = grown;
  }
}

/** One answer's place in a tally, which moves when the tally grows. */
class TallyCount implements UsageCount {
  readonly usage: Usage;
  readonly #all: () => Int32Array;
  readonly #number: number;

  constructor(usage: Usage, all: () => Int32Array, number: number) {
    this.usage = usage;
    this.#all = all;
    this.#number = number;
  }

  get pending(): number {
    return this.#all()[this.#number] ?? 0;
  }

  set pending(pending: number) {
    this.#all()[this.#number] = pending;
  }
}
