import type { HashWords } from "../hash/murmur3.ts";
import { sha256 } from "../hash/sha256.ts";

/**
 * Two unsigned 32-bit words that make the buckets of one salt independent of all others: the
 * first eight bytes, big-endian, of SHA-256 over both salts with a NUL between them.
 */
export function seedWords(environmentSalt: string, rolloutSalt: string): Readonly<HashWords> {
  const digest = sha256(`${environmentSalt}\0${rolloutSalt}`);
  const view = new DataView(digest.buffer, digest.byteOffset, 8);
  return { first: view.getUint32(0), second: view.getUint32(4) };
}
