import { type HashWords, step } from "../hash/murmur3.ts";
import { invariant } from "../result.ts";
import type { HashedText } from "./entity-tag.ts";
import { copied, type PlacedText, roomFor, USUAL_BYTES } from "./placed-text.ts";

/** What is kept of a text: its two words, which page it is on, from where, and how many bytes. */
const KEPT = 5;
const PAGE = 2;
const FROM = 3;
const BYTES = 4;

/** So many texts it has room for at first. */
const FIRST_ROOM = 64;

/**
 * The texts of many answers, each with a number, of which any may be asked for at once. What is asked
 * of each text lies in numbers next to each other: for all flags at once, fetching it from an object
 * for each of them takes longer than to decide the flags.
 */
export class TextSheet {
  #kept = new Int32Array(KEPT * FIRST_ROOM);
  readonly #pages: PlacedText["page"][] = [];
  readonly #pageNumbers = new Map<PlacedText["page"], number>();
  #size = 0;
  /** Bytes of the longest text. */
  #longest = 0;

  /** The number that the text has from now on: one more than the one before it, from 0 on. */
  add({ bytes, first, from, page, second }: HashedText): number {
    const number = this.#size;
    if (KEPT * number === this.#kept.length) this.#grow();
    this.#kept.set([first, second, this.#pageNumberOf(page), from, bytes], KEPT * number);
    this.#size += 1;
    this.#longest = Math.max(this.#longest, bytes);
    return number;
  }

  /** A hash of the texts that have these numbers, in their order. */
  wordsOf(numbers: readonly number[]): HashWords {
    const kept = this.#kept;
    let first = 0;
    let second = 0;
    // An iterator would be made, and what it gives for each of them.
    for (let index = 0; index < numbers.length; index += 1) {
      const at = placeOf(numbers, index);
      first = step(first, kept[at] ?? 0);
      second = step(second, kept[at + 1] ?? 0);
    }
    return { first, second };
  }

  /**
   * The texts between `open` and `close`, without the last character of the last of them, which parts
   * it from a next. Holds until the next call: who needs it for longer copies it.
   */
  join(open: PlacedText, numbers: readonly number[], close: PlacedText): Uint8Array<ArrayBuffer> {
    const kept = this.#kept;
    const pages = this.#pages;
    const room = roomFor(open.bytes + close.bytes + this.#mostBytes(numbers));
    let at = copied(open.page, open.from, open.bytes, room, 0);
    for (let index = 0; index < numbers.length; index += 1) {
      const place = placeOf(numbers, index);
      const page = pages[kept[place + PAGE] ?? 0];
      invariant(page !== undefined, "each text that has a number is on a page");
      at = copied(page, kept[place + FROM] ?? 0, kept[place + BYTES] ?? 0, room, at);
    }
    if (numbers.length > 0) at -= 1;
    return new Uint8Array(room.buffer, 0, copied(close.page, close.from, close.bytes, room, at));
  }

  /** As many bytes as these texts have, or more: most are so short that counting would be for nothing. */
  #mostBytes(numbers: readonly number[]): number {
    const most = this.#longest * numbers.length;
    if (most < USUAL_BYTES) return most;
    return numbers.reduce((sum, number) => sum + (this.#kept[KEPT * number + BYTES] ?? 0), 0);
  }

  #pageNumberOf(page: PlacedText["page"]): number {
    const known = this.#pageNumbers.get(page);
    if (known !== undefined) return known;
    this.#pageNumbers.set(page, this.#pages.length);
    return this.#pages.push(page) - 1;
  }

  #grow(): void {
    const grown = new Int32Array(2 * this.#kept.length);
    grown.set(this.#kept);
    this.#kept = grown;
  }
}

const placeOf = (numbers: readonly number[], index: number): number => KEPT * (numbers[index] ?? 0);
