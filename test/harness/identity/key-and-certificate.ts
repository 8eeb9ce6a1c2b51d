import { generateKeyPairSync, sign } from "node:crypto";

export interface KeyAndCertificate {
  /** PEM. */
  readonly privateKey: string;
  /** PEM. */
  readonly certificate: string;
}

const DAY_MS = 86_400_000;

/** One value in DER. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? Buffer.from([length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), size, content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const integer = (value: number) => der(0x02, Buffer.from([value]));
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const nothing = der(0x05);

/** `YYMMDDhhmmssZ` */
const utcTime = (ms: number) =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replaceAll(/\D/g, "")}Z`));

const SHA256_WITH_RSA = sequence(oid("2a864886f70d01010b"), nothing);
const COMMON_NAME = oid("550403");
const VERSION_3 = der(0xa0, integer(2));

/** A fresh RSA key and a certificate that it signed itself, as identity providers have. */
export function keyAndCertificate(name: string): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const subject = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
  const validity = sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS));
  const spki = publicKey.export({ format: "der", type: "spki" });
  const body = sequence(VERSION_3, integer(1), SHA256_WITH_RSA, subject, validity, subject, spki);
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const bytes = sequence(body, SHA256_WITH_RSA, signature).toString("base64");
  const lines = bytes.match(/.{1,64}/g) ?? [];
  return {
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    certificate: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join(
      "\n",
    ),
  };
}
