// oxlint-disable-next-line typescript/no-extraneous-class -- a subclass's private member is put on what it returns
class Given {
  constructor(given: object) {
    return given;
  }
}

/**
 * A place on an answer, which is made once and given to many, where whoever sends it notes what it
 * has made of it. The note is no part of what the answer says: no copy and no comparison sees it, and
 * a frozen answer can have one. Looking notes up in a table instead took as long as evaluating does,
 * for all flags at once.
 */
export class AnswerNote extends Given {
  #note: object | undefined = undefined;

  /** Gives an answer its place, and lets nothing else of it be changed from now on. */
  static giveTo<Answer extends object>(answer: Answer): Readonly<Answer> {
    // oxlint-disable-next-line no-new -- the member is put on the answer itself
    new AnswerNote(answer);
    return Object.freeze(answer);
  }

  /** What was noted last; `undefined`: nothing, or the answer has no place for it. */
  static on(answer: object): object | undefined {
    return #note in answer ? answer.#note : undefined;
  }

  static write(answer: object, note: object): void {
    if (#note in answer) answer.#note = note;
  }
}
