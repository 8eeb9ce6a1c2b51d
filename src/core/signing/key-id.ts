import { sha256Hex } from "../hash/sha256.ts";

const DIGITS = 16;

/** The name of a signing key, by its public half: 64 lower-case hexadecimal digits. */
export function signingKeyId(publicKey: string): string {
  const bytes = publicKey.match(/../g) ?? [];
  return sha256Hex(Uint8Array.from(bytes, (pair) => Number.parseInt(pair, 16))).slice(0, DIGITS);
}
