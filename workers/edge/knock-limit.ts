/** People who break the glass send a handful of commands; whoever sends more is guessing. */
const MOST_A_SECOND = 20;

/**
 * How many sealed commands this isolate passes on in a second. Anyone may send one, and each asks
 * an authority: without a limit, nonsense could keep it from its work.
 */
export class KnockLimit {
  #second = 0;
  #knocks = 0;

  /** Counts one more; false: it is too many. */
  admits(nowMs: number): boolean {
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) this.#knocks = 0;
    this.#second = second;
    this.#knocks += 1;
    return this.#knocks <= MOST_A_SECOND;
  }
}
