import { utf8Bytes } from "../hash/utf8.ts";

// Texts that are sent in many answers, and how an answer is put together of them. Joined as strings,
// each answer would be copied twice, and left to the garbage collector. Here the bytes are made once,
// and copied by the word of eight into room that is used again.

/** UTF-8 of a text, from the beginning of a word on. What lies behind it is never another text's. */
export interface PlacedText {
  readonly page: DataView;
  readonly from: number;
  readonly bytes: number;
}

const WORD = 8;
/** Small, since a page is kept for as long as any of its texts. */
const PAGE_BYTES = 16_384;
/** Larger answers have room of their own, which is given back. */
const USUAL_BYTES = 131_072;

/** Where texts are placed, one behind the other. */
export class TextPages {
  #page = new DataView(new ArrayBuffer(0));
  #used = 0;

  place(text: string): PlacedText {
    const made = utf8Bytes(text);
    const room = Math.ceil(made.length / WORD) * WORD;
    if (this.#used + room > this.#page.byteLength) {
      this.#page = new DataView(new ArrayBuffer(Math.max(PAGE_BYTES, room)));
      this.#used = 0;
    }
    const placed = { page: this.#page, from: this.#used, bytes: made.length };
    new Uint8Array(placed.page.buffer).set(made, placed.from);
    this.#used += room;
    return placed;
  }
}

const usual = new DataView(new ArrayBuffer(USUAL_BYTES));

/**
 * The texts between `open` and `close`, without the last character of the last of them, which parts
 * it from a next. Holds until the next call: who needs it for longer copies it.
 */
export function joinTexts(
  open: string,
  texts: readonly PlacedText[],
  close: string,
): Uint8Array<ArrayBuffer> {
  const opening = utf8Bytes(open);
  const closing = utf8Bytes(close);
  let most = opening.length + closing.length + WORD;
  for (const { bytes } of texts) most += bytes;
  const room = most > USUAL_BYTES ? new DataView(new ArrayBuffer(most)) : usual;
  let at = opening.length;
  for (const { page, from, bytes } of texts) {
    // No word is a NaN, which engines may change: no UTF-8 has a byte of 0xFF, and none of 0xF0 or
    // more before 0x7F. The last word writes beyond the text, where the next or the end follows.
    for (let done = 0; done < bytes; done += WORD) {
      room.setFloat64(at + done, page.getFloat64(from + done, true), true);
    }
    at += bytes;
  }
  if (texts.length > 0) at -= 1;
  const joined = new Uint8Array(room.buffer, 0, at + closing.length);
  joined.set(opening);
  joined.set(closing, at);
  return joined;
}
