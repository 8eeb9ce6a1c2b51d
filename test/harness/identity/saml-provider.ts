import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { type KeyAndCertificate, keyAndCertificate } from "./key-and-certificate.ts";

interface Entity {
  createLoginResponse(
    to: Entity,
    request: object,
    binding: "post",
    user: object,
    fill: () => { readonly id: string; readonly context: string },
  ): Promise<{ readonly context: string }>;
}

interface Samlify {
  setSchemaValidator(validator: { readonly validate: () => Promise<string> }): void;
  IdentityProvider(settings: object): Entity;
  ServiceProvider(settings: object): Entity;
}

// Its own types bring those of browsers along, which are not those of the platform.
const samlify = createRequire(import.meta.url)("samlify") as Samlify;

// Responses that are checked here are made here: the checker has a schema validator of its own.
samlify.setSchemaValidator({ validate: () => Promise.resolve("not looked at") });

const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();

/** What a response says; each part can be something else than it should. */
export interface Said {
  readonly nameId: string;
  readonly inResponseTo: string;
  readonly recipient: string;
  readonly audience: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly issuer?: string;
  readonly destination?: string;
  readonly status?: string;
  readonly notBefore?: string;
  readonly notOnOrAfter?: string;
  /** Instead of the confirmation's own element. */
  readonly confirmation?: string;
  /** Instead of the `InResponseTo` of the response. */
  readonly outerInResponseTo?: string;
}

export interface SamlProvider {
  readonly entityId: string;
  readonly certificate: string;
  /** A response that the provider signed, as XML. */
  readonly respond: (said: Said) => Promise<string>;
}

/** A SAML 2.0 identity provider (samlify) with a key of its own. */
export function samlProvider(
  entityId: string,
  options: { readonly key?: KeyAndCertificate; readonly signs?: "assertion" | "response" } = {},
): SamlProvider {
  const { privateKey, certificate } = options.key ?? keyAndCertificate("identity provider");
  const signsResponse = options.signs === "response";
  const idp = samlify.IdentityProvider({
    entityID: entityId,
    privateKey,
    signingCert: certificate,
    singleSignOnService: [
      {
        Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
        Location: `${entityId}/sso`,
      },
    ],
    requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    messageSigningOrder: "encrypt-then-sign",
    loginResponseTemplate: { context: "<unused/>", attributes: [] },
  });
  return {
    entityId,
    certificate,
    async respond(said) {
      const sp = samlify.ServiceProvider({
        entityID: said.audience,
        wantAssertionsSigned: !signsResponse,
        wantMessageSigned: signsResponse,
        assertionConsumerService: [
          { Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", Location: said.recipient },
        ],
      });
      const { context } = await idp.createLoginResponse(
        sp,
        { extract: { request: { id: said.inResponseTo } } },
        "post",
        {},
        () => ({ id: `_${randomUUID()}`, context: responseText(entityId, said) }),
      );
      return Buffer.from(context, "base64").toString("utf8");
    },
  };
}

function responseText(entityId: string, said: Said): string {
  const { nameId, inResponseTo, recipient, audience } = said;
  const issuer = `<saml:Issuer>${said.issuer ?? entityId}</saml:Issuer>`;
  const until = said.notOnOrAfter ?? minutes(5);
  const confirmation =
    said.confirmation ??
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` +
      `<saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${recipient}" ` +
      `InResponseTo="${inResponseTo}"/></saml:SubjectConfirmation>`;
  const attributes = Object.entries(said.attributes ?? {}).map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}">${values
        .map((value) => `<saml:AttributeValue xsi:type="xs:string">${value}</saml:AttributeValue>`)
        .join("")}</saml:Attribute>`,
  );
  const statement =
    attributes.length === 0
      ? ""
      : `<saml:AttributeStatement>${attributes.join("")}</saml:AttributeStatement>`;
  return (
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ` +
    `xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" Version="2.0" ` +
    `IssueInstant="${minutes(0)}" Destination="${said.destination ?? recipient}" ` +
    `InResponseTo="${said.outerInResponseTo ?? inResponseTo}">${issuer}` +
    `<samlp:Status><samlp:StatusCode Value="${said.status ?? "urn:oasis:names:tc:SAML:2.0:status:Success"}"/></samlp:Status>` +
    `<saml:Assertion xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
    `xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="_${randomUUID()}" Version="2.0" ` +
    `IssueInstant="${minutes(0)}">${issuer}<saml:Subject>` +
    `<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${nameId}</saml:NameID>` +
    `${confirmation}</saml:Subject>` +
    `<saml:Conditions NotBefore="${said.notBefore ?? minutes(-1)}" NotOnOrAfter="${until}">` +
    `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>` +
    `</saml:Conditions><saml:AuthnStatement AuthnInstant="${minutes(0)}"><saml:AuthnContext>` +
    `<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>` +
    `</saml:AuthnContext></saml:AuthnStatement>${statement}</saml:Assertion></samlp:Response>`
  );
}
