import { sha256, sha256Hex } from "../hash/sha256.ts";
import { utf8Bytes } from "../hash/utf8.ts";

const BLOCK_BYTES = 64;
const PREFIX = "hmac-sha256:";
const PSEUDONYM = /^hmac-sha256:[0-9a-f]{64}$/;

/**
 * A unit's key as events keep it where keys are hashed: HMAC-SHA256 (RFC 2104) of the key's UTF-8
 * under the environment's pepper, in lower-case hexadecimal after `hmac-sha256:`. Within an
 * environment one unit has one pseudonym, so units are counted and joined as before. What is a
 * pseudonym already stays as it is, so that an event that comes twice is hashed once.
 *
 * @param pepper random and secret to the environment; at least 16 bytes.
 */
export function pseudonymOf(pepper: Uint8Array, unit: string): string {
  if (PSEUDONYM.test(unit)) return unit;
  const inner = sha256(joined(padded(pepper, 0x36), utf8Bytes(unit)));
  return PREFIX + sha256Hex(joined(padded(pepper, 0x5c), inner));
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? sha256(key) : key);
  return block.map((byte) => byte ^ pad);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
