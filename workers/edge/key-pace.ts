/**
 * How many of something this isolate takes in a second for each SDK key. Client keys can be read by
 * anyone: without a limit, one that floods would use up what is there for all.
 */
export class KeyPace {
  #second = 0;
  readonly #taken = new Map<string, number>();

  /** Counts so many more, unless that makes more than `most` in this second: then false. */
  admits(keyHash: string, count: number, most: number, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) this.#taken.clear();
    this.#second = second;
    const all = (this.#taken.get(keyHash) ?? 0) + count;
    if (all > most) return false;
    this.#taken.set(keyHash, all);
    return true;
  }
}
