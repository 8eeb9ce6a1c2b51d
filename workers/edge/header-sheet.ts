/** A header as it stands on the sheet, and the answer that had it last. */
interface Written {
  value: string;
  answer: number;
}

/**
 * One `Headers` for one answer after the other. A `Response` copies what it is made with, and every
 * header that is written leaves JavaScript, which costs more than to evaluate a flag: so only those
 * are written that differ from the answer before, which nearly always is the request's id.
 *
 * An answer is `begin`, `put` for each header of its own, and `end`.
 */
export class HeaderSheet {
  readonly #headers: Headers;
  /** What is on it besides what always is. */
  readonly #written = new Map<string, Written>();
  #answer = 0;
  #put = 0;

  /** @param always names in lower case, which no answer has for itself. */
  constructor(always: Readonly<Record<string, string>>) {
    this.#headers = new Headers(always);
  }

  begin(): void {
    this.#answer += 1;
    this.#put = 0;
  }

  /**
   * Throws when it cannot be a header, and the sheet is none the worse for it.
   *
   * @param name in lower case.
   */
  put(name: string, value: string): void {
    const written = this.#written.get(name);
    if (written?.value !== value) this.#headers.set(name, value);
    if (written?.answer !== this.#answer) this.#put += 1;
    if (written === undefined) this.#written.set(name, { value, answer: this.#answer });
    else {
      written.value = value;
      written.answer = this.#answer;
    }
  }

  /** What always is there, and what was put since `begin`; good until the next one. */
  end(): Headers {
    if (this.#put < this.#written.size) this.#removeOthers();
    return this.#headers;
  }

  #removeOthers(): void {
    for (const [name, { answer }] of this.#written) {
      if (answer === this.#answer) continue;
      this.#headers.delete(name);
      this.#written.delete(name);
    }
  }
}
