import { isRecord } from "../json.ts";
import { signingKeyId } from "./key-id.ts";
import type { Seal, SigningKey } from "./seal.ts";

/** More keys than an authority names. */
const MOST_SIGNERS = 64;
const HEX = /^(?:[0-9a-f]{2})+$/;

/** A seal as it came from outside; `null`: it is none. Whether it is right is another question. */
export function readSeal(input: unknown): Seal | null {
  if (!isRecord(input)) return null;
  const { keyId, signature, keysRoot, signers } = input;
  if (!isHex(keyId, 16) || !isHex(signature, 128) || !isHex(keysRoot, 64)) return null;
  if (!Array.isArray(signers) || signers.length === 0 || signers.length > MOST_SIGNERS) return null;
  const keys = signers.map(readSigningKey);
  const known = keys.filter((key) => key !== null);
  const isWhole = known.length === keys.length && known.at(-1)?.id === keyId;
  return isWhole ? { keyId, signature, keysRoot, signers: known } : null;
}

function readSigningKey(input: unknown): SigningKey | null {
  if (!isRecord(input)) return null;
  const { id, publicKey, createdAtMs, endorsement } = input;
  if (!isHex(id, 16) || !isHex(publicKey, 64) || typeof createdAtMs !== "number") return null;
  if (endorsement !== null && !isHex(endorsement, 128)) return null;
  return signingKeyId(publicKey) === id ? { id, publicKey, createdAtMs, endorsement } : null;
}

function isHex(input: unknown, digits: number): input is string {
  return typeof input === "string" && input.length === digits && HEX.test(input);
}
