import { err, ok, type Result } from "../result.ts";
import { hexOf } from "../hash/hex.ts";

/** What is needed of a certificate to check signatures. Who issued it is not looked at. */
export interface CertificateKey {
  readonly key: "RSA" | "EC";
  /** The elliptic curve; `null` for RSA. */
  readonly curve: "P-256" | "P-384" | "P-521" | null;
  /** The SubjectPublicKeyInfo, in DER. */
  readonly spki: Uint8Array<ArrayBuffer>;
}

const RSA = "2a864886f70d010101";
const EC = "2a8648ce3d0201";
const CURVES: ReadonlyMap<string, "P-256" | "P-384" | "P-521"> = new Map([
  ["2a8648ce3d030107", "P-256"],
  ["2b81040022", "P-384"],
  ["2b81040023", "P-521"],
]);

const SEQUENCE = 0x30;
const VERSION = 0xa0;

interface Der {
  readonly tag: number;
  /** With its tag and length. */
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** The public key of an X.509 certificate in DER. */
export function certificateKey(bytes: Uint8Array): Result<CertificateKey, string> {
  const [certificate] = derIn(bytes);
  const fields = inside(inside(certificate)[0]);
  // Version (if it is there), serial number, algorithm, issuer, validity, subject, public key.
  const spki = fields[fields[0]?.tag === VERSION ? 6 : 5];
  const [kind, parameters] = inside(inside(spki)[0]);
  if (spki === undefined || kind === undefined) return err("it is not an X.509 certificate");
  if (hexOf(kind.content) === RSA) return ok({ key: "RSA", curve: null, spki: spki.whole });
  const curve = parameters && CURVES.get(hexOf(parameters.content));
  return hexOf(kind.content) === EC && curve !== undefined
    ? ok({ key: "EC", curve, spki: spki.whole })
    : err("its key is neither RSA nor on the curve P-256, P-384 or P-521");
}

const inside = (value: Der | undefined): readonly Der[] =>
  value?.tag === SEQUENCE ? derIn(value.content) : [];

/** The values that stand one after the other, up to where it is not DER. */
function derIn(bytes: Uint8Array): readonly Der[] {
  const values: Der[] = [];
  let at = 0;
  while (at < bytes.length) {
    const value = derAt(bytes, at);
    if (value === null) return values;
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

function derAt(bytes: Uint8Array, at: number): Der | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return null;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (lengthBytes > 3 || first === 0x80) return null;
  const start = at + 2 + lengthBytes;
  const length =
    lengthBytes === 0
      ? first
      : bytes.slice(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = start + length;
  if (end > bytes.length) return null;
  return { tag, whole: bytes.slice(at, end), content: bytes.slice(start, end) };
}
