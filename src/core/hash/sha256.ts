import { utf8Bytes } from "./utf8.ts";
import { hexOf } from "./hex.ts";

// FIPS 180-4. Ours because the audit chain and the bucketing seeds need a digest inside a
// synchronous transaction, and the platform's is asynchronous.

// Signed words: sums of unsigned ones do not fit into the small integers that engines are quick at.
const ROUND_CONSTANTS = new Int32Array(64);
const INITIAL_STATE = new Int32Array(8);

// The constants are the fractional parts of the cube and square roots of the first primes.
for (let candidate = 2, found = 0; found < 64; candidate += 1) {
  if (!isPrime(candidate)) continue;
  if (found < 8) INITIAL_STATE[found] = fraction(Math.sqrt(candidate));
  ROUND_CONSTANTS[found] = fraction(Math.cbrt(candidate));
  found += 1;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) {
    if (candidate % divisor === 0) return false;
  }
  return true;
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

const BLOCK_BYTES = 64;
const schedule = new Int32Array(64);

/** The 32-byte SHA-256 digest of bytes, or of a text's UTF-8. */
export function sha256(input: Uint8Array | string): Uint8Array {
  const bytes = typeof input === "string" ? utf8Bytes(input) : input;
  const state = INITIAL_STATE.slice();
  const padded = withPadding(bytes);
  const view = new DataView(padded.buffer);
  for (let offset = 0; offset < padded.length; offset += BLOCK_BYTES) {
    compress(state, view, offset);
  }
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (const [index, word] of state.entries()) out.setInt32(index * 4, word);
  return digest;
}

/** The digest as 64 lower-case hexadecimal digits. */
export function sha256Hex(input: Uint8Array | string): string {
  return hexOf(sha256(input));
}

function withPadding(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((bytes.length + 9) / BLOCK_BYTES);
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, (bytes.length * 8) >>> 0);
  return padded;
}

const at = (words: Int32Array, index: number): number => words[index] ?? 0;
const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function compress(state: Int32Array, view: DataView, offset: number): void {
  for (let i = 0; i < 16; i += 1) schedule[i] = view.getInt32(offset + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const w15 = at(schedule, i - 15);
    const w2 = at(schedule, i - 2);
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[i] = (((at(schedule, i - 16) + s0) | 0) + ((at(schedule, i - 7) + s1) | 0)) | 0;
  }
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let i = 0; i < 64; i += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const word = (at(ROUND_CONSTANTS, i) + at(schedule, i)) | 0;
    const t1 = (((h + s1) | 0) + ((choice + word) | 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const t2 = (s0 + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
  state[5] = at(state, 5) + f;
  state[6] = at(state, 6) + g;
  state[7] = at(state, 7) + h;
}
