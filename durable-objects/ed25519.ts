import type { VerifySignature } from "../src/core/authority/break-glass.ts";

const ALGORITHM = "Ed25519";
const SIGNATURE_PATTERN = /^[0-9a-f]{128}$/;

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

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
