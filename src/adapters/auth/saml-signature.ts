import { certificateKey } from "../../core/saml/certificate.ts";
import type { Hash, SignatureAlgorithm, SignatureToCheck } from "../../core/saml/signed-element.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { base64Bytes, base64Of } from "../crypto/base64.ts";

const SMALLEST_RSA_BITS = 2_048;
const PEM = /-----(?:BEGIN|END) CERTIFICATE-----|\s/g;

/** The bytes of a certificate in PEM, or in base64 alone; `null`: it is neither. */
function certificateBytes(text: string): Uint8Array | null {
  try {
    return base64Bytes(text.replaceAll(PEM, ""));
  } catch {
    return null;
  }
}

/** Says what is wrong with a certificate, or that signatures can be checked with it. */
export async function checkCertificate(text: string): Promise<Result<null, string>> {
  const imported = await importedKey(text, "SHA-256");
  return imported.ok ? ok(null) : imported;
}

async function importedKey(
  certificate: string,
  hash: Hash,
): Promise<Result<{ readonly kind: SignatureAlgorithm["key"]; readonly key: CryptoKey }, string>> {
  const bytes = certificateBytes(certificate);
  const read = bytes === null ? err("it is not base64") : certificateKey(bytes);
  if (!read.ok) return read;
  const { key: kind, curve, spki } = read.value;
  const settings: SubtleCryptoImportKeyAlgorithm =
    curve === null ? { name: "RSASSA-PKCS1-v1_5", hash } : { name: "ECDSA", namedCurve: curve };
  try {
    const key = await crypto.subtle.importKey("spki", spki, settings, false, ["verify"]);
    const bits = "modulusLength" in key.algorithm ? key.algorithm.modulusLength : null;
    return typeof bits === "number" && bits < SMALLEST_RSA_BITS
      ? err(`its RSA key has ${bits} bits; at least ${SMALLEST_RSA_BITS} are needed`)
      : ok({ kind, key });
  } catch {
    return err("its public key cannot be read");
  }
}

/** True when one of the certificates' keys made the signature, over what it says it is over. */
export async function isSignedByOneOf(
  certificates: readonly string[],
  check: SignatureToCheck,
): Promise<boolean> {
  const { algorithm, digest } = check;
  const text = new TextEncoder().encode(digest.text);
  const actual = new Uint8Array(await crypto.subtle.digest(digest.hash, text));
  if (base64Of(actual) !== digest.expected) return false;
  const found = await Promise.all(
    certificates.map(async (certificate) => {
      const imported = await importedKey(certificate, algorithm.hash);
      return imported.ok && imported.value.kind === algorithm.key
        ? verified(imported.value.key, check)
        : false;
    }),
  );
  return found.includes(true);
}

async function verified(key: CryptoKey, check: SignatureToCheck): Promise<boolean> {
  const { algorithm, signature, signedText } = check;
  const settings =
    algorithm.key === "RSA" ? "RSASSA-PKCS1-v1_5" : { name: "ECDSA", hash: algorithm.hash };
  try {
    const text = new TextEncoder().encode(signedText);
    return await crypto.subtle.verify(settings, key, base64Bytes(signature), text);
  } catch {
    // A signature that is no base64, or of the wrong length, is a wrong one.
    return false;
  }
}
