/**
 * One `Headers` for one answer after the other. A `Response` copies what it is made with, and every
 * header that is written leaves JavaScript, which costs more than to evaluate a flag: so only those
 * are written that differ from the answer before, which nearly always is the request's id.
 */
export class HeaderSheet {
  readonly #headers: Headers;
  /** What is on it besides what always is. */
  readonly #written = new Map<string, string>();

  /** @param always names in lower case, which no answer has for itself. */
  constructor(always: Readonly<Record<string, string>>) {
    this.#headers = new Headers(always);
  }

  /**
   * What always is there, and these; good until the next call. Throws when one cannot be a header,
   * and is none the worse for it.
   *
   * @param own names in lower case.
   */
  with(own: Readonly<Record<string, string>>): Headers {
    for (const name of this.#written.keys()) {
      if (own[name] !== undefined) continue;
      this.#headers.delete(name);
      this.#written.delete(name);
    }
    for (const name of Object.keys(own)) {
      const value = own[name] ?? "";
      if (this.#written.get(name) === value) continue;
      this.#headers.set(name, value);
      this.#written.set(name, value);
    }
    return this.#headers;
  }
}
