import { inflateRawSync } from "node:zlib";
import { Browser, type Got } from "./browser.ts";
import type { Installation } from "./installation.ts";
import type { Said, SamlProvider } from "./saml-provider.ts";

export interface Begun {
  readonly browser: Browser;
  readonly state: string;
  /** What the provider's right answer would be. */
  readonly said: Said;
}

/** Sets a provider up that speaks for a domain, and returns its id. */
export async function setUpSaml(
  installation: Installation,
  domain: string,
  { entityId, certificate }: SamlProvider,
): Promise<string> {
  const { status, body } = await installation.admin("POST", "/api/v1/identity-providers", {
    name: domain,
    domains: [domain],
    settings: { kind: "saml", entityId, signInUrl: `${entityId}/sso`, certificates: [certificate] },
    roles: {
      claim: "groups",
      rules: [{ value: "flag-admins", role: "admin" }],
      default: "viewer",
    },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

/** Begins a sign-in at the provider of that id, for `ada` at the domain. */
export async function beginSaml(
  installation: Installation,
  provider: { readonly id: string; readonly domain: string; readonly entityId: string },
): Promise<Begun> {
  const browser = new Browser(installation);
  const asked = { provider: provider.id, returnTo: "/projects" };
  const { status, body } = await browser.call("POST", "/api/auth/sign-in/sso", asked);
  const url = new URL(body.url);
  if (status !== 200 || url.origin + url.pathname !== `${provider.entityId}/sso`) {
    throw new Error(`sent to ${body.url}`);
  }
  const request = inflateRawSync(Buffer.from(url.searchParams.get("SAMLRequest")!, "base64"));
  const inResponseTo = / ID="([^"]+)"/.exec(request.toString("utf8"))![1]!;
  const recipient = `${installation.origin}/api/auth/sso/saml2/${provider.id}`;
  const said = {
    nameId: `ada@${provider.domain}`,
    inResponseTo,
    recipient,
    audience: `${recipient}/metadata`,
    attributes: { groups: ["everyone", "flag-admins"], displayName: ["Ada"] },
  };
  return { browser, state: url.searchParams.get("RelayState")!, said };
}

/** Posts a response, as the provider's page has the browser do. */
export function postSaml({ browser, state, said }: Begun, xml: string): Promise<Got> {
  const SAMLResponse = Buffer.from(xml).toString("base64");
  return browser.ask(said.recipient, { SAMLResponse, RelayState: state });
}
