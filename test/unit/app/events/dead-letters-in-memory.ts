import type {
  DeadLetter,
  DeadLetterBodies,
  DeadLetterList,
  DeadLetterStore,
} from "../../../../src/app/events/dead-letter-store.ts";

/** Dead letters without a platform, which can be made to fail. */
export class DeadLettersInMemory {
  readonly letters = new Map<string, DeadLetter>();
  readonly texts = new Map<string, string>();
  down = false;

  readonly deadLetters: DeadLetterStore = {
    add: async (letter) => {
      this.#mayFail();
      if (!this.letters.has(letter.id)) this.letters.set(letter.id, letter);
    },
  };

  readonly deadLetterList: DeadLetterList = {
    page: async () => ({ items: [...this.letters.values()], next: null }),
    find: async (_, id) => this.letters.get(id),
    remove: async (id) => void this.letters.delete(id),
  };

  readonly deadLetterBodies: DeadLetterBodies = {
    put: async (id, body) => {
      this.#mayFail();
      if (!this.texts.has(id)) this.texts.set(id, body);
    },
    get: async (id) => this.texts.get(id) ?? null,
    remove: async (id) => void this.texts.delete(id),
  };

  #mayFail(): void {
    if (this.down) throw new Error("the dead letters are down");
  }
}
