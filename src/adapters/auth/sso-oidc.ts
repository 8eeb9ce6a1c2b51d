import { createLocalJWKSet, errors, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import type { OidcSettings } from "../../app/identity/identity-provider.ts";
import type {
  Endpoints,
  ProvidedIdentity,
  ProviderAnswer,
  ProviderProtocol,
  SignInTerms,
} from "../../app/identity/sign-in-by-provider.ts";
import { claimValues } from "../../core/identity/role-rules.ts";
import type { UnknownRecord } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { base64UrlOf } from "../crypto/base64.ts";
import type { Keyring } from "../crypto/envelope.ts";
import { isKeySet } from "./key-set.ts";
import type { ProviderFetch } from "./sso-fetch.ts";

export interface OidcDeps {
  readonly fetch: ProviderFetch;
  /** Opens the client secret. */
  readonly keyring: () => Promise<Keyring>;
}

/** Asymmetric all: a public key can never be taken for a shared secret, and `none` is none. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
];
const SKEW_SECONDS = 60;
const OLDEST_SECONDS = 10 * 60;

/** Path below our origin that a provider sends people back to. */
export const oidcRedirectPath = (providerId: string): string => `/api/auth/sso/oidc/${providerId}`;

/**
 * OpenID Connect by the authorization code flow with PKCE. Code verifier and nonce are made from
 * what the browser alone holds, so that the database has nothing a thief of codes could use.
 */
export const createOidcProtocol = (deps: OidcDeps): ProviderProtocol => ({
  begin: (terms, hint) => begin(terms, hint, deps),
  finish: (terms, endpoints, answer) => finish(terms, endpoints, answer, deps),
});

async function begin(
  terms: SignInTerms,
  hint: string | null,
  { fetch }: OidcDeps,
): ReturnType<ProviderProtocol["begin"]> {
  const settings = settingsOf(terms);
  const { issuer, clientId, scopes } = settings;
  const discovered = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (!discovered.ok) return discovered;
  const document = discovered.value;
  if (document["issuer"] !== issuer) {
    return err(`its discovery document names the issuer ${JSON.stringify(document["issuer"])}`);
  }
  const [authorization, token, jwks] = ["authorization_endpoint", "token_endpoint", "jwks_uri"].map(
    (name) => urlIn(document, name),
  );
  if (!authorization || !token || !jwks) return err("its discovery document lacks an endpoint");
  const url = new URL(authorization);
  const { verifier, nonce } = await secretsOf(terms.binding);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: terms.origin + oidcRedirectPath(terms.provider.id),
    scope: [...new Set(["openid", "email", "profile", ...scopes])].join(" "),
    state: terms.state,
    nonce,
    code_challenge: await digested(verifier),
    code_challenge_method: "S256",
    ...(hint === null ? {} : { login_hint: hint }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const userinfo = urlIn(document, "userinfo_endpoint");
  const endpoints = { token, jwks, auth: clientAuth(document), ...(userinfo && { userinfo }) };
  return ok({ url: url.href, endpoints });
}

function urlIn(document: UnknownRecord, name: string): string | undefined {
  const url = document[name];
  return typeof url === "string" && URL.canParse(url) ? url : undefined;
}

function clientAuth(document: UnknownRecord): "basic" | "post" {
  const offered = claimValues(document["token_endpoint_auth_methods_supported"]);
  const isPostOnly =
    offered.includes("client_secret_post") && !offered.includes("client_secret_basic");
  return isPostOnly ? "post" : "basic";
}

async function finish(
  terms: SignInTerms,
  endpoints: Endpoints,
  answer: ProviderAnswer,
  deps: OidcDeps,
): Promise<Result<ProvidedIdentity, string>> {
  const { error, iss } = answer;
  const code = answer["code"] ?? "";
  if (error !== undefined || code === "") {
    return err(`it says ${JSON.stringify(error ?? "neither code nor error").slice(0, 200)}`);
  }
  const { issuer } = settingsOf(terms);
  if (iss !== undefined && iss !== issuer) return err(`it is of the issuer ${JSON.stringify(iss)}`);
  const tokens = await exchange(code, terms, endpoints, deps);
  if (!tokens.ok) return tokens;
  const { id_token: idToken, access_token: accessToken } = tokens.value;
  if (typeof idToken !== "string") return err("it gave no ID token");
  const claims = await verifiedClaims(idToken, terms, endpoints, deps);
  if (!claims.ok) return claims;
  return identityOf(await withUserinfo(claims.value, accessToken, terms, endpoints, deps), terms);
}

async function exchange(
  code: string,
  terms: SignInTerms,
  endpoints: Endpoints,
  deps: OidcDeps,
): Promise<Result<UnknownRecord, string>> {
  const { provider, secret } = terms;
  const opened = secret && (await (await deps.keyring()).open(secret, provider.id));
  if (opened === null) return err("its client secret cannot be read any more; enter it again");
  const { clientId } = settingsOf(terms);
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: terms.origin + oidcRedirectPath(provider.id),
    code_verifier: (await secretsOf(terms.binding)).verifier,
  });
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
  };
  if (endpoints["auth"] === "post") {
    form.set("client_id", clientId);
    form.set("client_secret", opened);
  } else {
    const pair = [clientId, opened].map(encodeURIComponent).join(":");
    headers["authorization"] = `Basic ${btoa(pair)}`;
  }
  return deps.fetch(endpoints["token"] ?? "", { method: "POST", headers, body: form.toString() });
}

async function verifiedClaims(
  idToken: string,
  terms: SignInTerms,
  endpoints: Endpoints,
  { fetch }: OidcDeps,
): Promise<Result<JWTPayload, string>> {
  const keys = await fetch(endpoints["jwks"] ?? "");
  if (!keys.ok) return keys;
  if (!isKeySet(keys.value)) return err("its key set is none");
  const { issuer, clientId } = settingsOf(terms);
  try {
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys.value), {
      algorithms: ALGORITHMS,
      issuer,
      audience: clientId,
      requiredClaims: ["sub", "exp", "iat", "nonce"],
      clockTolerance: SKEW_SECONDS,
      maxTokenAge: OLDEST_SECONDS,
      currentDate: new Date(terms.nowMs),
    });
    const fault = claimFault(payload, clientId, (await secretsOf(terms.binding)).nonce);
    return fault === null ? ok(payload) : err(fault);
  } catch (error) {
    const why =
      error instanceof errors.JOSEError ? `${error.code}: ${error.message}` : "unreadable";
    return err(`its ID token is not right (${why})`);
  }
}

function claimFault({ nonce, aud, azp }: JWTPayload, clientId: string, expected: string) {
  if (nonce !== expected) return "its ID token is of another sign-in (nonce)";
  const isShared = Array.isArray(aud) && aud.length > 1;
  return (isShared || azp !== undefined) && azp !== clientId
    ? "its ID token was given to another client (azp)"
    : null;
}

/** Some providers keep e-mail address and groups for those who ask once more. */
async function withUserinfo(
  claims: UnknownRecord,
  accessToken: unknown,
  { provider }: SignInTerms,
  { userinfo }: Endpoints,
  { fetch }: OidcDeps,
): Promise<UnknownRecord> {
  const wanted = ["email", ...(provider.roles.claim === null ? [] : [provider.roles.claim])];
  const isComplete = wanted.every((name) => claims[name] !== undefined);
  if (isComplete || userinfo === undefined || typeof accessToken !== "string") return claims;
  const said = await fetch(userinfo, { headers: { authorization: `Bearer ${accessToken}` } });
  // What is said of somebody else is not said of this person.
  return said.ok && said.value["sub"] === claims["sub"] ? { ...said.value, ...claims } : claims;
}

function identityOf(
  claims: UnknownRecord,
  { provider }: SignInTerms,
): Result<ProvidedIdentity, string> {
  const { sub, email, email_verified: isVerified, name } = claims;
  if (typeof sub !== "string" || sub === "") return err("its ID token names nobody");
  if (typeof email !== "string") return err("it tells no e-mail address (claim email)");
  // Most providers of companies leave it out; one that says no is believed.
  if (isVerified === false || isVerified === "false") {
    return err(`it has not verified the address ${email}`);
  }
  return ok({
    subject: sub,
    email: email.toLowerCase(),
    name: typeof name === "string" && name !== "" ? name.slice(0, 200) : email,
    roleValues: provider.roles.claim === null ? [] : claimValues(claims[provider.roles.claim]),
  });
}

function settingsOf({ provider }: SignInTerms): OidcSettings {
  if (provider.settings.kind === "oidc") return provider.settings;
  throw new Error("OpenID Connect was asked for another protocol's provider");
}

async function secretsOf(binding: string) {
  const [verifier, nonce] = await Promise.all([
    digested(`code verifier ${binding}`),
    digested(`nonce ${binding}`),
  ]);
  return { verifier, nonce };
}

/** SHA-256 in base64url, as PKCE writes it. */
async function digested(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return base64UrlOf(new Uint8Array(digest));
}
