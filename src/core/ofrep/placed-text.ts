import { utf8Bytes } from "../hash/utf8.ts";

// Texts that are sent in many answers, and how an answer is put together of them. Joined as strings,
// each answer would be copied twice, and left to the garbage collector. Here the bytes are made once,
// and copied by strides into room that is used again.

/** UTF-8 of a text, from the beginning of a stride on. What lies behind it is never another text's. */
export interface PlacedText {
  readonly page: DataView<ArrayBuffer>;
  readonly from: number;
  readonly bytes: number;
}

/** Bytes that are copied at once: four words, which takes half of what one after the other does. */
const STRIDE = 32;
/** Small, since a page is kept for as long as any of its texts. */
const PAGE_BYTES = 16_384;
/** Larger answers have room of their own, which is given back. */
export const USUAL_BYTES = 131_072;

/** Where texts are placed, one behind the other. */
export class TextPages {
  #page = new DataView(new ArrayBuffer(0));
  #used = 0;

  place(text: string): PlacedText {
    const made = utf8Bytes(text);
    const room = Math.ceil(made.length / STRIDE) * STRIDE;
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

/** Where so many bytes can be put together. All that is usual is put together in the same place. */
export function roomFor(bytes: number): DataView<ArrayBuffer> {
  const most = bytes + STRIDE;
  return most > USUAL_BYTES ? new DataView(new ArrayBuffer(most)) : usual;
}

/**
 * Copies a text, and gives the place behind it. The last stride writes beyond it, where the next text
 * or the end follows.
 *
 * No word is a NaN, which engines may change: no UTF-8 has a byte of 0xFF, and none of 0xF0 or more
 * before 0x7F.
 */
export function copied(
  page: PlacedText["page"],
  from: number,
  bytes: number,
  room: DataView<ArrayBuffer>,
  at: number,
): number {
  for (let done = 0; done < bytes; done += STRIDE) {
    const source = from + done;
    const first = page.getFloat64(source, true);
    const second = page.getFloat64(source + 8, true);
    const third = page.getFloat64(source + 16, true);
    const fourth = page.getFloat64(source + 24, true);
    const target = at + done;
    room.setFloat64(target, first, true);
    room.setFloat64(target + 8, second, true);
    room.setFloat64(target + 16, third, true);
    room.setFloat64(target + 24, fourth, true);
  }
  return at + bytes;
}
