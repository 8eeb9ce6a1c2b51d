import { err, ok, type Result } from "../result.ts";
import { attributeOf, childElements, everyElement, type XmlElement } from "../xml/element.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { ASSERTION, PROTOCOL, SIGNATURE } from "./names.ts";
import { type SignatureToCheck, signatureOf } from "./signed-element.ts";

/** A response whose shape is right, and what must hold before a word of it is believed. */
export interface UncheckedResponse {
  readonly response: XmlElement;
  readonly assertion: XmlElement;
  /** At least one; all of them must be right. */
  readonly signatures: readonly SignatureToCheck[];
}

const RESPONSE_PARTS: ReadonlySet<string> = new Set([
  `${ASSERTION} Issuer`,
  `${SIGNATURE} Signature`,
  `${PROTOCOL} Status`,
  `${ASSERTION} Assertion`,
]);

/**
 * Reads a SAML response so that there is nothing in it but what is signed. Signature wrapping lives
 * on a second assertion, a second element of the same id, or a signature that stands elsewhere than
 * in what it signs: none of them passes, wherever it is hidden. What is returned is the very
 * element that the signature covers, never one that was looked up by name or id.
 */
export function readResponse(xml: string): Result<UncheckedResponse, string> {
  const parsed = parseXml(xml);
  if (!parsed.ok) return parsed;
  const response = parsed.value;
  if (response.namespace !== PROTOCOL || response.name !== "Response") {
    return err(`its root is <${response.name}>, not a SAML 2.0 <Response>`);
  }
  const assertion = onlyAssertion(response);
  if (!assertion.ok) return assertion;
  const hidden = hiddenPart(response, assertion.value);
  if (hidden !== null) return err(hidden);
  const signatures: SignatureToCheck[] = [];
  for (const element of [response, assertion.value]) {
    const signature = signatureOf(element);
    if (!signature.ok) return signature;
    if (signature.value !== null) signatures.push(signature.value);
  }
  if (signatures.length === 0) return err("neither the response nor its assertion is signed");
  return ok({ response, assertion: assertion.value, signatures });
}

function onlyAssertion(response: XmlElement): Result<XmlElement, string> {
  const parts = childElements(response);
  const strange = parts.find(({ namespace, name }) => !RESPONSE_PARTS.has(`${namespace} ${name}`));
  if (strange !== undefined) {
    return strange.name === "EncryptedAssertion"
      ? err("its assertion is encrypted; turn the encryption of assertions off at the provider")
      : err(`it has the part <${strange.name}>, which is not read`);
  }
  const assertions = parts.filter(({ name }) => name === "Assertion");
  const [assertion] = assertions;
  if (assertion === undefined) return err("it has no assertion");
  return assertions.length > 1 ? err("it has more than one assertion") : ok(assertion);
}

/** What stands where it must not: another assertion or signature, or an id that is used twice. */
function hiddenPart(response: XmlElement, assertion: XmlElement): string | null {
  const ids = new Set<string>();
  const signed = new Set([...childElements(response), ...childElements(assertion)]);
  for (const element of everyElement(response)) {
    if (element.name === "Assertion" && element !== assertion) {
      return "an assertion is hidden in it";
    }
    if (element.name === "Response" && element !== response) return "a response is hidden in it";
    if (element.name === "Signature" && !signed.has(element)) return "a signature is hidden in it";
    for (const { name, value } of element.attributes) {
      if (name.toLowerCase() !== "id") continue;
      if (ids.has(value)) return `the id "${value}" is used twice`;
      ids.add(value);
    }
  }
  return attributeOf(assertion, "ID") === undefined ? "its assertion has no id" : null;
}
