import { EMAIL_FORMAT, METADATA, POST_BINDING, ASSERTION, PROTOCOL } from "./names.ts";

/** What we are called and where we are, as identity providers see it. */
export interface SamlServiceProvider {
  readonly entityId: string;
  /** Where responses are sent to: the assertion consumer service. */
  readonly receivesAt: string;
}

/** A request for a sign-in. Unsigned: a response is believed only as the answer to one we know. */
export const authenticationRequest = (
  provider: SamlServiceProvider,
  request: { readonly id: string; readonly destination: string; readonly issuedAt: string },
): string =>
  `<samlp:AuthnRequest xmlns:samlp="${PROTOCOL}" xmlns:saml="${ASSERTION}" ID="${request.id}" ` +
  `Version="2.0" IssueInstant="${request.issuedAt}" Destination="${escaped(request.destination)}" ` +
  `AssertionConsumerServiceURL="${escaped(provider.receivesAt)}" ProtocolBinding="${POST_BINDING}">` +
  `<saml:Issuer>${escaped(provider.entityId)}</saml:Issuer></samlp:AuthnRequest>`;

/** What an administrator gives to the identity provider. */
export const serviceProviderMetadata = ({ entityId, receivesAt }: SamlServiceProvider): string =>
  `<md:EntityDescriptor xmlns:md="${METADATA}" entityID="${escaped(entityId)}">` +
  `<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" ` +
  `protocolSupportEnumeration="${PROTOCOL}"><md:NameIDFormat>${EMAIL_FORMAT}</md:NameIDFormat>` +
  `<md:AssertionConsumerService index="0" isDefault="true" Binding="${POST_BINDING}" ` +
  `Location="${escaped(receivesAt)}"/></md:SPSSODescriptor></md:EntityDescriptor>`;

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
