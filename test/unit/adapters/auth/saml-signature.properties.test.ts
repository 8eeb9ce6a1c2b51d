import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkCertificate, isSignedByOneOf } from "../../../../src/adapters/auth/saml-signature.ts";
import { certificateKey } from "../../../../src/core/saml/certificate.ts";
import { readResponse } from "../../../../src/core/saml/read-response.ts";
import { canonicalXml } from "../../../../src/core/xml/canonical-xml.ts";
import { keyAndCertificate } from "../../../harness/identity/key-and-certificate.ts";
import { samlProvider } from "../../../harness/identity/saml-provider.ts";

const key = keyAndCertificate("a provider");
const said = {
  nameId: "ada@good.example",
  inResponseTo: "_1",
  recipient: "https://flags.example/acs",
  audience: "https://flags.example",
  attributes: { groups: ["a &amp; b", "é€😀\t&#10;x"] },
};

async function isBelieved(xml: string): Promise<boolean> {
  const read = readResponse(xml);
  if (!read.ok) return false;
  const found = await Promise.all(
    read.value.signatures.map((one) => isSignedByOneOf([key.certificate], one)),
  );
  return !found.includes(false);
}

describe.each(["assertion", "response"] as const)("a response whose %s is signed", (signs) => {
  const provider = samlProvider("https://idp.example", { key, signs });

  it("is believed as another implementation signed it", async () => {
    expect(await isBelieved(await provider.respond(said))).toBe(true);
  });

  it("is not believed when any character of it differs, unless it means the same", async () => {
    const xml = await provider.respond(said);
    const meaning = meaningOf(xml);
    let refused = 0;
    for (let at = 0; at < xml.length; at += 5) {
      const changed = xml.slice(0, at) + (xml[at] === "x" ? "y" : "x") + xml.slice(at + 1);
      if (await isBelieved(changed)) expect(meaningOf(changed)).toBe(meaning);
      else refused += 1;
    }
    expect(refused).toBeGreaterThan(300);
  });
});

/** The assertion without what says nothing: unused declarations, and the key it comes with. */
function meaningOf(xml: string): string {
  const read = readResponse(xml);
  if (!read.ok) throw new Error(read.error);
  return canonicalXml(read.value.assertion).replace(/<ds:KeyInfo.*<\/ds:KeyInfo>/, "");
}

describe("a certificate", () => {
  it("gives the key that the platform finds in it", () => {
    const { certificate } = key;
    const bytes = new X509Certificate(certificate);
    const read = certificateKey(new Uint8Array(bytes.raw));
    const spki = bytes.publicKey.export({ format: "der", type: "spki" });
    expect(read).toEqual({
      ok: true,
      value: { key: "RSA", curve: null, spki: new Uint8Array(spki) },
    });
  });

  it("is taken as PEM and as base64 alone", async () => {
    expect((await checkCertificate(key.certificate)).ok).toBe(true);
    const base64 = key.certificate.replaceAll(/-----[^-]+-----|\n/g, "");
    expect((await checkCertificate(base64)).ok).toBe(true);
  });

  it.each([
    { name: "words", text: "hello", fault: "base64" },
    { name: "other bytes", text: btoa("hello, world"), fault: "not an X.509" },
    {
      name: "a public key",
      text: generateKeyPairSync("ed25519")
        .publicKey.export({ format: "pem", type: "spki" })
        .toString(),
      fault: "base64",
    },
    { name: "nothing", text: "", fault: "not an X.509" },
  ])("that is $name is refused", async ({ text, fault }) => {
    const checked = await checkCertificate(text);
    expect(checked).toMatchObject({ ok: false, error: expect.stringContaining(fault) });
  });
});
