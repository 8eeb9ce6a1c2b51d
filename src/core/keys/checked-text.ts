import { crc32 } from "../hash/crc32.ts";
import { invariant } from "../result.ts";

/** The smallest number of base 62 digits that holds 32 bits. */
const CHECKSUM_DIGITS = 6;
const BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Bytes from here on are dropped, so that each digit is equally likely: 248 is 4 × 62. */
const UNBIASED_BELOW = 248;

/** 33 digits of base 62: 196 bits. */
export const SECRET_DIGITS = 33;
/** How many random bytes `secretDigits` wants: enough that too few usable ones never happens. */
export const SECRET_RANDOM_BYTES = 64;

/** `SECRET_DIGITS` digits of base 62. Throws when the bytes are too few. */
export function secretDigits(randomBytes: Uint8Array): string {
  let secret = "";
  for (const byte of randomBytes) {
    if (secret.length === SECRET_DIGITS) break;
    if (byte < UNBIASED_BELOW) secret += BASE_62.charAt(byte % 62);
  }
  invariant(secret.length === SECRET_DIGITS, `a secret needs ${SECRET_RANDOM_BYTES} random bytes`);
  return secret;
}

/** The text with 6 digits of checksum behind it. */
export const withChecksum = (body: string): string => body + checksumOf(body);

/** Whether the last 6 digits are the checksum of the rest. */
export const hasChecksum = (text: string): boolean =>
  withChecksum(text.slice(0, -CHECKSUM_DIGITS)) === text;

function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = "";
  for (let place = 0; place < CHECKSUM_DIGITS; place += 1) {
    digits = BASE_62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
