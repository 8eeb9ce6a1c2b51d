import { invariant } from "../../core/result.ts";
import type { SigningKeyPair, VerifySignature } from "../../core/signing/signature.ts";
import { bytesOf, hexOf } from "../../core/hash/hex.ts";

const ALGORITHM = "Ed25519";
const SIGNATURE_PATTERN = /^[0-9a-f]{128}$/;
/** In PKCS #8 an Ed25519 key is a fixed beginning and the 32 bytes that it is made from. */
const PKCS8_BEGINNING = "302e020100300506032b657004220420";
const SEED_BYTES = 32;

/** Checks with the platform's cryptography. A text that is no signature is a wrong one. */
export const verifyEd25519: VerifySignature = async ({ publicKey, text, signature }) => {
  if (!SIGNATURE_PATTERN.test(signature)) return false;
  try {
    const key = await crypto.subtle.importKey("raw", bytesOf(publicKey), ALGORITHM, false, [
      "verify",
    ]);
    const signed = new TextEncoder().encode(text);
    return await crypto.subtle.verify(ALGORITHM, key, bytesOf(signature), signed);
  } catch {
    return false;
  }
};

/** The signature of a text's UTF-8: 128 lower-case hexadecimal digits, always the same. */
export async function signEd25519(seed: string, text: string): Promise<string> {
  const secret = bytesOf(PKCS8_BEGINNING + seed);
  const key = await crypto.subtle.importKey("pkcs8", secret, ALGORITHM, false, ["sign"]);
  const signature = await crypto.subtle.sign(ALGORITHM, key, new TextEncoder().encode(text));
  return hexOf(new Uint8Array(signature));
}

/** A fresh key. Nothing keeps its private half but what is returned. */
export async function newSigningKey(): Promise<SigningKeyPair> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  invariant("privateKey" in pair, "Ed25519 keys come in pairs");
  const secret = await exported("pkcs8", pair.privateKey);
  const open = await exported("raw", pair.publicKey);
  return { publicKey: hexOf(open), seed: hexOf(secret.slice(-SEED_BYTES)) };
}

async function exported(format: "pkcs8" | "raw", key: CryptoKey): Promise<Uint8Array> {
  const bytes = await crypto.subtle.exportKey(format, key);
  invariant(bytes instanceof ArrayBuffer, `the format ${format} is binary`);
  return new Uint8Array(bytes);
}
