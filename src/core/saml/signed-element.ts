import { err, ok, type Result } from "../result.ts";
import { canonicalXml } from "../xml/canonical-xml.ts";
import {
  attributeOf,
  childElements,
  childrenNamed,
  type XmlElement,
  textOf,
} from "../xml/element.ts";
import { SIGNATURE } from "./names.ts";

const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The algorithms that are believed. SHA-1, MD5 and everything with a shared secret are not. */
const SIGNATURE_ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", { key: "RSA", hash: "SHA-256" }],
  ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", { key: "RSA", hash: "SHA-384" }],
  ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", { key: "RSA", hash: "SHA-512" }],
  ["http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", { key: "EC", hash: "SHA-256" }],
  ["http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", { key: "EC", hash: "SHA-384" }],
  ["http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", { key: "EC", hash: "SHA-512" }],
]);

const DIGEST_ALGORITHMS: ReadonlyMap<string, Hash> = new Map([
  ["http://www.w3.org/2001/04/xmlenc#sha256", "SHA-256"],
  ["http://www.w3.org/2001/04/xmldsig-more#sha384", "SHA-384"],
  ["http://www.w3.org/2001/04/xmlenc#sha512", "SHA-512"],
]);

export type Hash = "SHA-256" | "SHA-384" | "SHA-512";

export interface SignatureAlgorithm {
  readonly key: "RSA" | "EC";
  readonly hash: Hash;
}

/** What must be found right, with one of the provider's own keys, before the element is believed. */
export interface SignatureToCheck {
  readonly algorithm: SignatureAlgorithm;
  /** The text whose UTF-8 is signed. */
  readonly signedText: string;
  /** Base64. */
  readonly signature: string;
  readonly digest: {
    readonly hash: Hash;
    /** The text whose UTF-8 is hashed. */
    readonly text: string;
    /** Base64. */
    readonly expected: string;
  };
}

/**
 * The check that the signature in `element` asks for, `null` when it has none. A signature is read
 * only where it says that it signs the very element it stands in, whole and by the one recipe that
 * SAML names; what it carries as its key is not looked at.
 */
export function signatureOf(element: XmlElement): Result<SignatureToCheck | null, string> {
  const [signature, ...more] = childrenNamed(element, SIGNATURE, "Signature");
  if (signature === undefined) return ok(null);
  if (more.length > 0) return err(`<${element.name}> has more than one signature`);
  const parts = partsOf(signature);
  if (parts === null) return err("a signature has other parts than it should");
  const { signedInfo, value } = parts;
  const algorithm = algorithmOf(signedInfo);
  if (!algorithm.ok) return algorithm;
  const digest = digestOf(signedInfo, element, signature);
  if (!digest.ok) return digest;
  const canonicalization = childrenNamed(signedInfo, SIGNATURE, "CanonicalizationMethod")[0];
  const keep = canonicalization && keptPrefixes(canonicalization);
  if (keep === undefined || keep === null) return err("a signature is not over exclusive C14N");
  return ok({
    algorithm: algorithm.value,
    signedText: canonicalXml(signedInfo, { keep }),
    signature: value,
    digest: digest.value,
  });
}

interface SignatureParts {
  readonly signedInfo: XmlElement;
  readonly value: string;
}

function partsOf(signature: XmlElement): SignatureParts | null {
  const [signedInfo, valueElement, keyInfo, ...more] = childElements(signature);
  if (!isNamed(signedInfo, "SignedInfo") || !isNamed(valueElement, "SignatureValue")) return null;
  if ((keyInfo !== undefined && !isNamed(keyInfo, "KeyInfo")) || more.length > 0) return null;
  const names = childElements(signedInfo).map(({ name, namespace }) => `${namespace}${name}`);
  const expected = ["CanonicalizationMethod", "SignatureMethod", "Reference"];
  if (names.join() !== expected.map((name) => SIGNATURE + name).join()) return null;
  const value = base64Of(valueElement);
  return value === null ? null : { signedInfo, value };
}

const isNamed = (element: XmlElement | undefined, name: string): element is XmlElement =>
  element !== undefined && element.namespace === SIGNATURE && element.name === name;

function algorithmOf(signedInfo: XmlElement): Result<SignatureAlgorithm, string> {
  const [method] = childrenNamed(signedInfo, SIGNATURE, "SignatureMethod");
  const name = algorithmNamed(method, "SignatureMethod");
  const algorithm = SIGNATURE_ALGORITHMS.get(name);
  return algorithm === undefined
    ? err(`it is signed by the algorithm "${name}"; RSA or ECDSA with SHA-256 or longer is needed`)
    : ok(algorithm);
}

function digestOf(
  signedInfo: XmlElement,
  element: XmlElement,
  signature: XmlElement,
): Result<SignatureToCheck["digest"], string> {
  const [reference] = childrenNamed(signedInfo, SIGNATURE, "Reference");
  const id = attributeOf(element, "ID");
  if (reference === undefined || id === undefined || attributeOf(reference, "URI") !== `#${id}`) {
    return err(`the signature in <${element.name}> signs something else`);
  }
  const [transforms, method, value, ...more] = childElements(reference);
  const keep = isNamed(transforms, "Transforms") ? keptByTransforms(transforms) : null;
  if (keep === null) return err("a signature has a transform that it must not have");
  const name = algorithmNamed(method, "DigestMethod");
  const hash = DIGEST_ALGORITHMS.get(name);
  if (hash === undefined) return err(`its digest is "${name}"; SHA-256 or longer is needed`);
  const expected = isNamed(value, "DigestValue") && more.length === 0 ? base64Of(value) : null;
  if (expected === null) return err("a signature has no digest that can be read");
  return ok({ hash, text: canonicalXml(element, { without: signature, keep }), expected });
}

const algorithmNamed = (method: XmlElement | undefined, name: string): string =>
  (isNamed(method, name) ? attributeOf(method, "Algorithm") : undefined) ?? "";

function keptByTransforms(transforms: XmlElement): readonly string[] | null {
  const [enveloped, exclusive, ...others] = childElements(transforms);
  if (others.length > 0 || !isTransform(enveloped, ENVELOPED)) return null;
  return isTransform(exclusive, EXCLUSIVE) ? keptPrefixes(exclusive) : null;
}

const isTransform = (element: XmlElement | undefined, algorithm: string): element is XmlElement =>
  isNamed(element, "Transform") && attributeOf(element, "Algorithm") === algorithm;

/** `null`: it is not exclusive canonicalization, or says more than which prefixes it keeps. */
function keptPrefixes(method: XmlElement): readonly string[] | null {
  if (attributeOf(method, "Algorithm") !== EXCLUSIVE) return null;
  const [kept, ...more] = childElements(method);
  if (kept === undefined) return [];
  const list = attributeOf(kept, "PrefixList");
  if (more.length > 0 || kept.namespace !== EXCLUSIVE || list === undefined) return null;
  const prefixes = list.split(/\s+/).filter((prefix) => prefix !== "");
  return prefixes.map((prefix) => (prefix === "#default" ? "" : prefix));
}

function base64Of(element: XmlElement): string | null {
  const text = textOf(element)?.replaceAll(/\s/g, "") ?? "";
  return BASE64.test(text) ? text : null;
}
