const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code that an authenticator app shows now (RFC 6238), from the URI that it scans. */
export async function codeOf(totpUri: string): Promise<string> {
  const secret = new URL(totpUri).searchParams.get("secret") ?? "";
  const bits = Array.from(secret)
    .map((digit) => ALPHABET.indexOf(digit).toString(2).padStart(5, "0"))
    .join("");
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const raw = new Uint8Array(bytes);
  const key = await crypto.subtle.importKey("raw", raw, algorithm, false, ["sign"]);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(Date.now() / 30_000)));
  const digest = new DataView(await crypto.subtle.sign("HMAC", key, counter));
  const offset = digest.getUint8(19) & 15;
  const number = (digest.getUint32(offset) & 0x7f_ff_ff_ff) % 1_000_000;
  return String(number).padStart(6, "0");
}
