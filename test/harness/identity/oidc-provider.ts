import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export interface OidcPerson {
  readonly email: string;
  readonly name: string;
  readonly groups: readonly string[];
}

export interface RunningProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

export const CLIENT = { id: "switchyard", secret: "a client secret of the provider" };

export interface OidcProvider extends RunningProvider {
  /** Begins to serve, for a client that people are sent back to at this address. */
  serve(redirectUri: string): void;
}

/**
 * A certified OpenID Connect provider (oidc-provider), where anyone signs in by their account's name.
 * What it says of people is in its userinfo endpoint alone, as the standard has it.
 */
export async function oidcProvider(
  people: Readonly<Record<string, OidcPerson>>,
): Promise<OidcProvider> {
  const server = createServer();
  const issuer = await listening(server);
  return {
    issuer,
    close: () => closed(server),
    serve(redirectUri) {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: CLIENT.id,
            client_secret: CLIENT.secret,
            redirect_uris: [redirectUri],
            response_types: ["code"],
            grant_types: ["authorization_code"],
          },
        ],
        pkce: { required: () => true },
        claims: {
          openid: ["sub"],
          email: ["email", "email_verified"],
          profile: ["name", "groups"],
        },
        findAccount: (_: unknown, id: string) => ({
          accountId: id,
          claims: () => ({ sub: id, email_verified: true, ...people[id]! }),
        }),
        cookies: { keys: ["of no importance"] },
      });
      server.on("request", provider.callback());
    },
  };
}

/** How an ID token differs from what it should be. */
export interface Forgery {
  readonly claims?: JWTPayload;
  readonly without?: readonly string[];
  /** Makes the token in another way. */
  readonly sign?: (claims: JWTPayload, keys: Keys) => Promise<string>;
}

export interface Keys {
  readonly privateKey: CryptoKey;
  readonly publicJwk: Record<string, unknown>;
}

export interface ForgingProvider extends RunningProvider {
  /** What the next token endpoint's answer is. */
  forge(forgery: Forgery, nonce: string): void;
}

const nothingForged = () => Promise.reject(new Error("nothing is forged"));

/** A provider that gives whatever token it is told to, to whoever asks. */
export async function forgingProvider(person: OidcPerson): Promise<ForgingProvider> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: "1", use: "sig" };
  let next: () => Promise<string> = nothingForged;
  const server = createServer((request, response) => {
    void answer(request.url ?? "").then((body) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(body));
    });
  });
  const issuer = await listening(server);
  const answer = async (path: string) => {
    if (path === "/jwks") return { keys: [publicJwk] };
    if (path === "/token")
      return { token_type: "bearer", access_token: "x", id_token: await next() };
    const [authorization_endpoint, token_endpoint, jwks_uri] = ["authorize", "token", "jwks"].map(
      (name) => `${issuer}/${name}`,
    );
    return { issuer, authorization_endpoint, token_endpoint, jwks_uri };
  };
  return {
    issuer,
    close: () => closed(server),
    forge({ claims = {}, without = [], sign = signed }, nonce) {
      const nowSeconds = Math.floor(Date.now() / 1_000);
      const times = { iat: nowSeconds, exp: nowSeconds + 300 };
      const all = { iss: issuer, aud: CLIENT.id, sub: "1", nonce, ...times, ...person, ...claims };
      const kept = Object.entries(all).filter(([name]) => !without.includes(name));
      next = () => sign(Object.fromEntries(kept), { privateKey, publicJwk });
    },
  };
}

const signed = (claims: JWTPayload, { privateKey }: Keys) =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(privateKey);

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const closed = (server: Server) =>
  new Promise<void>((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
