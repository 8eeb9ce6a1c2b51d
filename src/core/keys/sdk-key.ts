import { environmentId, type EnvironmentId } from "../brand.ts";
import { sha256Hex } from "../hash/sha256.ts";
import { err, invariant, ok, type Result } from "../result.ts";
import { SECRET_RANDOM_BYTES, hasChecksum, secretDigits, withChecksum } from "./checked-text.ts";

// `sy_<server|client>_<environmentId>_<secret><checksum>`, for example
// `sy_client_k3v9q2m1_` followed by 39 digits. The alphabet is that of one word in an editor, a URL and
// a header list, and the fixed prefix lets secret scanners find leaked keys.

export const SDK_KEY_KINDS = ["server", "client"] as const;
export type SdkKeyKind = (typeof SDK_KEY_KINDS)[number];

/** How many random bytes `formatSdkKey` wants: enough that too few usable ones never happens. */
export const SDK_KEY_RANDOM_BYTES = SECRET_RANDOM_BYTES;

const KEY_PATTERN = /^sy_(server|client)_([a-z0-9]{8,32})_[A-Za-z0-9]{39}$/;
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
  const [, kind, environment] = KEY_PATTERN.exec(text) ?? [];
  if (environment === undefined) return err("not-a-key");
  if (!hasChecksum(text)) return err("checksum");
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
  return withChecksum(`sy_${kind}_${environment}_${secretDigits(randomBytes)}`);
}

/** What is stored instead of the key: lower-case hexadecimal SHA-256 of its whole text. */
export function sdkKeyHash(text: string): string {
  return sha256Hex(text);
}

/** The last four characters. They are the checksum's, and leave 172 bits of the secret unknown. */
export function sdkKeyHint(text: string): string {
  return text.slice(-4);
}
