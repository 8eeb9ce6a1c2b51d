import { randomOf } from "../crash/random.ts";

const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

/**
 * Texts that stand where nobody may read them. Each begins and ends with the same mark, so that a
 * part of one betrays itself as well, and looking for one mark is looking for all of them.
 */
export class Canaries {
  readonly #random: () => number;
  readonly #mark: string;
  readonly #needles: readonly Needle[];
  readonly #places = new Map<string, string>();

  constructor(seed: number) {
    this.#random = randomOf(seed);
    this.#mark = this.#word(10);
    this.#needles = needlesFor(this.#mark);
  }

  get texts(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** A new one, good as a key, a name, a value or a host; `place` says where it will be. */
  at(place: string): string {
    const text = `${this.#mark}${this.#word(8)}${this.#mark}`;
    this.#places.set(text, place);
    return text;
  }

  /**
   * Where what is in `answer` should have stayed, or nothing. A canary that the caller `sent` does
   * not count.
   */
  foundIn(answer: string, sent = ""): readonly string[] {
    const echoes = this.texts.filter((canary) => sent.includes(canary));
    const text = echoes.reduce((rest, canary) => rest.replaceAll(canary, ""), answer);
    const found = this.#needles.filter(({ in: form, text: needle }) => form(text).includes(needle));
    if (found.length === 0) return [];
    const whole = [...this.#places].filter(([canary]) => text.includes(canary));
    if (whole.length > 0) return whole.map(([, place]) => place);
    return found.map(({ name }) => `part of a canary, ${name}: ${excerpt(text, found[0]!)}`);
  }

  /** Nearly one of them: what sees only the whole must not see this. */
  neighbourOf(canary: string, draw: number): string {
    const at = Math.floor(draw * canary.length);
    const neighbours = [
      canary.slice(0, this.#mark.length - 1),
      canary.slice(1, 15),
      `${canary.slice(3, 9)}-${canary.slice(10, 18)}`,
      // No canary has a zero, so that two neighbours never make one.
      canary.replaceAll(this.#mark, `${this.#mark.slice(0, 5)}0${this.#mark.slice(6)}`),
    ];
    return neighbours[at % neighbours.length]!;
  }

  #word(length: number): string {
    const letters = Array.from({ length }, () => LETTERS[Math.floor(this.#random() * 32)]);
    return letters.join("");
  }
}

interface Needle {
  readonly name: string;
  readonly text: string;
  /** What of an answer it is looked for in. */
  readonly in: (answer: string) => string;
}

const asIs = (answer: string) => answer;
const lower = (answer: string) => answer.toLowerCase();

/** The mark as it is, and as it looks in the usual disguises. */
function needlesFor(mark: string): readonly Needle[] {
  const base64 = [0, 1, 2].map((offset) => {
    const whole = btoa(`${"-".repeat(offset)}${mark}--`);
    // Characters that hold bits of what is before or after it are left out.
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + mark.length) * 8) / 6);
    return { name: "in Base64", text: whole.slice(from, to), in: asIs };
  });
  const utf16 = mark.split("").join("\0");
  const escaped = mark
    .split("")
    .map((letter) => `\\u${codeOf(letter).padStart(4, "0")}`)
    .join("");
  return [
    { name: "as it is", text: mark, in: lower },
    { name: "backwards", text: mark.split("").toReversed().join(""), in: lower },
    { name: "in hexadecimal", text: mark.split("").map(codeOf).join(""), in: lower },
    { name: "in UTF-16", text: utf16, in: lower },
    { name: "escaped", text: escaped, in: lower },
    ...base64,
  ];
}

const codeOf = (letter: string): string => letter.charCodeAt(0).toString(16);

function excerpt(text: string, needle: Needle): string {
  const at = needle.in(text).indexOf(needle.text);
  return JSON.stringify(text.slice(Math.max(0, at - 40), at + 60));
}
