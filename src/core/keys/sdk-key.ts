import { environmentId, type EnvironmentId } from "../brand.ts";
import { crc32 } from "../hash/crc32.ts";
import { sha256Hex } from "../hash/sha256.ts";
import { err, invariant, ok, type Result } from "../result.ts";

// `sy_<server|client>_<environmentId>_<secret><checksum>`, for example
// `sy_client_k3v9q2m1_` followed by 39 digits. The alphabet is that of one word in an editor, a URL and
// a header list, and the fixed prefix lets secret scanners find leaked keys.

export const SDK_KEY_KINDS = ["server", "client"] as const;
export type SdkKeyKind = (typeof SDK_KEY_KINDS)[number];

/** How many random bytes `formatSdkKey` wants: enough that too few usable ones never happens. */
export const SDK_KEY_RANDOM_BYTES = 64;

/** 33 digits of base 62: 196 bits. */
const SECRET_DIGITS = 33;
/** The smallest number of base 62 digits that holds 32 bits. */
const CHECKSUM_DIGITS = 6;
const BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Bytes from here on are dropped, so that each digit is equally likely: 248 is 4 × 62. */
const UNBIASED_BELOW = 248;

const KEY_PATTERN = /^sy_(server|client)_([a-z0-9]{8,32})_[A-Za-z0-9]{33}([A-Za-z0-9]{6})$/;
const ENVIRONMENT_ID_PATTERN = /^[a-z0-9]{8,32}$/;

/** A key that is well formed. Whether anyone issued it, only the environment's key table knows. */
export interface ParsedSdkKey {
  readonly kind: SdkKeyKind;
  readonly environmentId: EnvironmentId;
  /** The whole key: a secret. */
  readonly text: string;
}

/**
 * `not-a-key`: something else altogether, or cut off. `checksum`: it has the shape of a key, but at
 * least one character is wrong.
 */
export type SdkKeyProblem = "not-a-key" | "checksum";

/** Reads a key without asking anyone. Every change of a single character is found. */
export function parseSdkKey(text: string): Result<ParsedSdkKey, SdkKeyProblem> {
  const [, kind, environment, checksum] = KEY_PATTERN.exec(text) ?? [];
  if (environment === undefined) return err("not-a-key");
  if (checksumOf(text.slice(0, -CHECKSUM_DIGITS)) !== checksum) return err("checksum");
  return ok({
    kind: kind === "server" ? "server" : "client",
    environmentId: environmentId(environment),
    text,
  });
}

/**
 * Makes a key of fresh random bytes (`SDK_KEY_RANDOM_BYTES` of them, used for nothing else).
 * Throws when the environment id is not one, or the bytes are too few.
 */
export function formatSdkKey(
  kind: SdkKeyKind,
  environment: EnvironmentId,
  randomBytes: Uint8Array,
): string {
  invariant(ENVIRONMENT_ID_PATTERN.test(environment), "an environment id is [a-z0-9]{8,32}");
  let secret = "";
  for (const byte of randomBytes) {
    if (secret.length === SECRET_DIGITS) break;
    if (byte < UNBIASED_BELOW) secret += BASE_62.charAt(byte % 62);
  }
  invariant(secret.length === SECRET_DIGITS, `a key needs ${SDK_KEY_RANDOM_BYTES} random bytes`);
  const body = `sy_${kind}_${environment}_${secret}`;
  return body + checksumOf(body);
}

/** What is stored instead of the key: lower-case hexadecimal SHA-256 of its whole text. */
export function sdkKeyHash(text: string): string {
  return sha256Hex(text);
}

/** The last four characters. They are the checksum's, and leave 172 bits of the secret unknown. */
export function sdkKeyHint(text: string): string {
  return text.slice(-4);
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = "";
  for (let place = 0; place < CHECKSUM_DIGITS; place += 1) {
    digits = BASE_62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
