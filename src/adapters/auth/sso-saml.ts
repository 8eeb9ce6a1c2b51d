import type { SamlSettings } from "../../app/identity/identity-provider.ts";
import type {
  ProvidedIdentity,
  ProviderAnswer,
  ProviderProtocol,
  SignInTerms,
} from "../../app/identity/sign-in-by-provider.ts";
import { isEmailAddress } from "../../core/identity/email-address.ts";
import { sha256Hex } from "../../core/hash/sha256.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type SamlIdentity, readAssertion } from "../../core/saml/read-assertion.ts";
import { readResponse } from "../../core/saml/read-response.ts";
import {
  authenticationRequest,
  type SamlServiceProvider,
  serviceProviderMetadata,
} from "../../core/saml/requests.ts";
import { base64Bytes, base64Of } from "../crypto/base64.ts";
import { isSignedByOneOf } from "./saml-signature.ts";

/** Of the response in base64. */
const MOST_CHARACTERS = 256 * 1_024;

/** Names under which providers send addresses and names, besides what is in the NameID. */
const EMAIL_ATTRIBUTES = [
  "email",
  "mail",
  "emailaddress",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  "urn:oid:0.9.2342.19200300.100.1.3",
];
const NAME_ATTRIBUTES = [
  "name",
  "displayname",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
  "http://schemas.microsoft.com/identity/claims/displayname",
  "urn:oid:2.16.840.1.113730.3.1.241",
];

/** Path below our origin that responses are sent to. */
export const samlReceivingPath = (providerId: string): string =>
  `/api/auth/sso/saml2/${providerId}`;

/** What a provider knows us as; different for each, so that no response fits two. */
export const samlEntityPath = (providerId: string): string =>
  `${samlReceivingPath(providerId)}/metadata`;

/** SAML 2.0, Web Browser SSO: request by redirect, response by POST, and none without a request. */
export const createSamlProtocol = (): ProviderProtocol => ({
  async begin(terms) {
    const { signInUrl } = settingsOf(terms);
    const request = authenticationRequest(serviceProviderOf(terms.provider.id, terms.origin), {
      id: requestIdOf(terms.state),
      destination: signInUrl,
      issuedAt: new Date(terms.nowMs).toISOString(),
    });
    const url = new URL(signInUrl);
    url.searchParams.set("SAMLRequest", await deflated(request));
    url.searchParams.set("RelayState", terms.state);
    return ok({ url: url.href, endpoints: {} });
  },
  finish: (terms, _endpoints, answer) => finish(terms, answer),
});

/** The document that a provider is set up with. */
export const samlMetadata = (providerId: string, origin: string): string =>
  serviceProviderMetadata(serviceProviderOf(providerId, origin));

async function finish(
  terms: SignInTerms,
  { SAMLResponse: encoded = "" }: ProviderAnswer,
): Promise<Result<ProvidedIdentity, string>> {
  const xml = decoded(encoded);
  if (xml === null) return err("it is not base64, or is too large");
  const read = readResponse(xml);
  if (!read.ok) return read;
  const settings = settingsOf(terms);
  const found = await Promise.all(
    read.value.signatures.map((signature) => isSignedByOneOf(settings.certificates, signature)),
  );
  if (found.includes(false)) {
    return err("its signature is not of a certificate that the provider is set up with");
  }
  const { entityId, receivesAt } = serviceProviderOf(terms.provider.id, terms.origin);
  const identity = readAssertion(read.value, {
    issuer: settings.entityId,
    audience: entityId,
    recipient: receivesAt,
    requestId: requestIdOf(terms.state),
    nowMs: terms.nowMs,
  });
  return identity.ok ? identityOf(identity.value, terms) : identity;
}

function identityOf(
  { subject, attributes }: SamlIdentity,
  { provider }: SignInTerms,
): Result<ProvidedIdentity, string> {
  const email = firstOf(attributes, EMAIL_ATTRIBUTES) ?? subject;
  if (!isEmailAddress(email)) return err("it tells no e-mail address (NameID, or attribute email)");
  const { claim } = provider.roles;
  return ok({
    subject,
    email: email.toLowerCase(),
    name: (firstOf(attributes, NAME_ATTRIBUTES) ?? email).slice(0, 200),
    roleValues: claim === null ? [] : (attributes.get(claim) ?? []),
  });
}

function firstOf(attributes: SamlIdentity["attributes"], names: readonly string[]) {
  for (const [name, [value]] of attributes) {
    if (value !== undefined && names.includes(name.toLowerCase())) return value;
  }
  return undefined;
}

const serviceProviderOf = (providerId: string, origin: string): SamlServiceProvider => ({
  entityId: origin + samlEntityPath(providerId),
  receivesAt: origin + samlReceivingPath(providerId),
});

function settingsOf({ provider }: SignInTerms): SamlSettings {
  if (provider.settings.kind === "saml") return provider.settings;
  throw new Error("SAML was asked for another protocol's provider");
}

/** Made from the state, so that a response fits the one request that it came back with. */
const requestIdOf = (state: string): string => `_${sha256Hex(`saml request ${state}`)}`;

function decoded(encoded: string): string | null {
  if (encoded.length > MOST_CHARACTERS) return null;
  try {
    const bytes = base64Bytes(encoded.replaceAll(/\s/g, ""));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

async function deflated(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return base64Of(new Uint8Array(await new Response(stream).arrayBuffer()));
}
