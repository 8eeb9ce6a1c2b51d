import { crc32 } from "../hash/crc32.ts";
import { err, invariant, ok, type Result } from "../result.ts";

// `sy_breakglass_<environmentId>_<keyId>_<seed><checksum>`, all of one word: it fits on a printed
// page and in a password manager, and scanners for leaked secrets know it by its beginning.

const SECRET_PATTERN =
  /^sy_breakglass_([a-z0-9]{8,32})_([0-9a-f]{16})_([0-9a-f]{64})([0-9a-f]{8})$/;

/** The private half of a break-glass key, and what it is for. */
export interface BreakGlassSecret {
  readonly environmentId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly keyId: string;
  /** The Ed25519 seed: 64 lower-case hexadecimal digits. */
  readonly seed: string;
}

/** Throws when a member has not its form. */
export function formatBreakGlassSecret({ environmentId, keyId, seed }: BreakGlassSecret): string {
  const body = `sy_breakglass_${environmentId}_${keyId}_${seed}`;
  const text = body + checksumOf(body);
  invariant(SECRET_PATTERN.test(text), "a break-glass secret has its form");
  return text;
}

/** Reads what `formatBreakGlassSecret` made; surrounding white space is ignored. */
export function parseBreakGlassSecret(
  text: string,
): Result<BreakGlassSecret, "not-a-secret" | "checksum"> {
  const trimmed = text.trim();
  const [, environmentId, keyId, seed, checksum] = SECRET_PATTERN.exec(trimmed) ?? [];
  if (environmentId === undefined || keyId === undefined || seed === undefined) {
    return err("not-a-secret");
  }
  if (checksumOf(trimmed.slice(0, -8)) !== checksum) return err("checksum");
  return ok({ environmentId, keyId, seed });
}

function checksumOf(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}
