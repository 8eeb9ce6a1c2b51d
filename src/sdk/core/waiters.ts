import type { ClientClock } from "./ports.ts";

/** Those who wait for something, each with a patience of their own. */
export class Waiters {
  readonly #clock: ClientClock;
  readonly #waiting = new Set<() => void>();

  constructor(clock: ClientClock) {
    this.#clock = clock;
  }

  /** Until `release`, or for so long. */
  wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        stopTimer();
        this.#waiting.delete(end);
        resolve();
      };
      const stopTimer = this.#clock.startTimer(end, timeoutMs);
      this.#waiting.add(end);
    });
  }

  release(): void {
    for (const end of this.#waiting) end();
  }
}
