/** What happened, as one number: equal for equal runs. */
export class Trace {
  #hash = 0x811c9dc5;
  #events = 0;

  note(...figures: readonly number[]): void {
    this.#events += 1;
    for (const figure of figures) {
      // Each byte of it, so that no two figures look the same.
      for (let shift = 0; shift < 32; shift += 8) {
        this.#hash = Math.imul(this.#hash ^ ((figure >>> shift) & 0xff), 0x01000193);
      }
    }
  }

  get digest(): string {
    return `${this.#events}-${(this.#hash >>> 0).toString(16)}`;
  }
}
