/** What the visitors of a large page send to one isolate, and far below what it can take. */
const MOST_EVENTS_A_SECOND = 5_000;

/**
 * How many events of one client key this isolate takes in a second. Anyone can read such a key:
 * without a limit, one that floods would use up the queue of all.
 */
export class ClientPace {
  #second = 0;
  readonly #events = new Map<string, number>();

  /** Counts so many more; false: that would be too many. */
  admits(keyHash: string, events: number, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) this.#events.clear();
    this.#second = second;
    const all = (this.#events.get(keyHash) ?? 0) + events;
    if (all > MOST_EVENTS_A_SECOND) return false;
    this.#events.set(keyHash, all);
    return true;
  }
}
