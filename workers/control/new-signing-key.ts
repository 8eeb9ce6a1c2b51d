import type { SigningKeyPair } from "../../src/app/break-glass/issue-break-glass-key.ts";
import { invariant } from "../../src/core/result.ts";

/** In PKCS #8 an Ed25519 key is a fixed beginning and the 32 bytes that it is made from. */
const SEED_BYTES = 32;

/** A fresh Ed25519 key. Nothing keeps its private half but the text that is returned. */
export async function newSigningKey(): Promise<SigningKeyPair> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  invariant("privateKey" in pair, "Ed25519 keys come in pairs");
  const secret = await exported("pkcs8", pair.privateKey);
  const open = await exported("raw", pair.publicKey);
  return { publicKey: hex(open), seed: hex(secret.slice(-SEED_BYTES)) };
}

async function exported(format: "pkcs8" | "raw", key: CryptoKey): Promise<Uint8Array> {
  const bytes = await crypto.subtle.exportKey(format, key);
  invariant(bytes instanceof ArrayBuffer, `the format ${format} is binary`);
  return new Uint8Array(bytes);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
