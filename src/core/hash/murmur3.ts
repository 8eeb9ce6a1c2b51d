import { utf8Bytes } from "./utf8.ts";

// MurmurHash3 x86_32 by Austin Appleby (public domain), for two seeds in one pass.

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/** The second of the two seeds that make a unit's words; the first is 0. */
const SECOND_SEED = 0x9747b28c;

/** Two independent 32-bit words of one text, as unsigned integers. */
export interface HashWords {
  first: number;
  second: number;
}

/**
 * Writes MurmurHash3 x86_32 of the text's UTF-8 for seeds 0 and 0x9747b28c into `into`.
 * ASCII texts, which nearly all units are, are hashed without making bytes of them.
 */
export function murmurWords(text: string, into: HashWords): void {
  const length = text.length;
  let first = 0;
  let second = SECOND_SEED;
  let seen = 0;
  const whole = length & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    const c0 = text.charCodeAt(i);
    const c1 = text.charCodeAt(i + 1);
    const c2 = text.charCodeAt(i + 2);
    const c3 = text.charCodeAt(i + 3);
    seen |= c0 | c1 | c2 | c3;
    const block = scramble(c0 | (c1 << 8) | (c2 << 16) | (c3 << 24));
    first = step(first, block);
    second = step(second, block);
  }
  let tail = 0;
  for (let at = length - 1; at >= whole; at -= 1) {
    const code = text.charCodeAt(at);
    seen |= code;
    tail = (tail << 8) | code;
  }
  if (seen > 0x7f) {
    murmurWordsOfBytes(utf8Bytes(text), into);
    return;
  }
  finish(first, second, tail, length, into);
}

function murmurWordsOfBytes(bytes: Uint8Array, into: HashWords): void {
  const length = bytes.length;
  const byteAt = (index: number): number => bytes[index] ?? 0;
  let first = 0;
  let second = SECOND_SEED;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const block = scramble(
      byteAt(i) | (byteAt(i + 1) << 8) | (byteAt(i + 2) << 16) | (byteAt(i + 3) << 24),
    );
    first = step(first, block);
    second = step(second, block);
  }
  let tail = 0;
  for (let at = length - 1; at >= whole; at -= 1) tail = (tail << 8) | byteAt(at);
  finish(first, second, tail, length, into);
}

function scramble(block: number): number {
  const k = Math.imul(block, C1);
  return Math.imul((k << 15) | (k >>> 17), C2);
}

/** A hash that has taken in one more word, whose bits are scrambled already. Signed. */
export function step(hash: number, scrambled: number): number {
  const h = hash ^ scrambled;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** A tail of zero bytes scrambles to 0, so a text without a tail needs no case of its own. */
function finish(
  first: number,
  second: number,
  tail: number,
  length: number,
  into: HashWords,
): void {
  const scrambled = scramble(tail);
  into.first = mix(first ^ scrambled ^ length);
  into.second = mix(second ^ scrambled ^ length);
}

/** MurmurHash3's finaliser: every input bit flips every output bit with even odds. */
export function mix(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
