import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Installation, install } from "./installation.ts";
import { samlProvider } from "./saml-provider.ts";
import { setUpSaml } from "./saml-sign-in.ts";

const AUDIENCE = "the tag of the application";

let installation: Installation;
let server: Server;
let team: string;
let privateKey: CryptoKey;
let publicJwk: object;
let scimToken: string;
let adaId: string;

beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  privateKey = pair.privateKey;
  publicJwk = { ...(await exportJWK(pair.publicKey)), kid: "1", use: "sig", alg: "RS256" };
  // Cloudflare's endpoint of a team's keys.
  server = createServer((request, response) => {
    response.statusCode = request.url === "/cdn-cgi/access/certs" ? 200 : 404;
    response.end(JSON.stringify({ keys: [publicJwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  team = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  installation = await install({ ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: AUDIENCE });
  await setUpSaml(installation, "good.example", samlProvider("https://idp.good.example/saml"));
  const issued = await installation.admin("POST", "/api/v1/provisioning-tokens", { name: "d" });
  scimToken = issued.body.secret;
  adaId = (await scim("POST", "/Users", { userName: "ada@good.example" })).id;
}, 60_000);
afterAll(async () => {
  await installation.close();
  server.close();
});

async function scim(method: string, path: string, body: object) {
  const response = await installation.fetch(`${installation.origin}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${scimToken}` },
    body: JSON.stringify(body),
  });
  return JSON.parse(await response.text());
}

const seconds = () => Math.floor(Date.now() / 1_000);
const claims = (more: JWTPayload = {}): JWTPayload => ({
  iss: team,
  aud: [AUDIENCE],
  email: "ada@good.example",
  iat: seconds(),
  exp: seconds() + 60,
  ...more,
});
const signed = (payload: JWTPayload, key: CryptoKey | Uint8Array = privateKey, alg = "RS256") =>
  new SignJWT(payload).setProtectedHeader({ alg, kid: "1" }).sign(key);

async function ask(assertion: string | undefined, init: RequestInit = {}) {
  const response = await installation.fetch(`${installation.origin}/api/v1/projects`, {
    ...init,
    headers: {
      ...(assertion === undefined ? {} : { "cf-access-jwt-assertion": assertion }),
      ...(init.headers as Record<string, string> | undefined),
    },
  });
  return response.status;
}

describe("Cloudflare Access before the installation", () => {
  it("lets in the person whom it names, with their role", async () => {
    expect(await ask(await signed(claims()))).toBe(200);
    expect(await ask(undefined)).toBe(401);
  });

  it("is no way for pages of other sites to change anything", async () => {
    const body = JSON.stringify({ key: "p" });
    const headers = { "content-type": "application/json", origin: "https://evil.example" };
    expect(await ask(await signed(claims()), { method: "POST", headers, body })).toBe(403);
  });

  const wrongs: readonly { name: string; token: () => Promise<string> }[] = [
    { name: "without signature", token: async () => new UnsecuredJWT(claims()).encode() },
    {
      name: "with an HMAC by the public key",
      token: () => signed(claims(), new TextEncoder().encode(JSON.stringify(publicJwk)), "HS256"),
    },
    {
      name: "signed by another key",
      token: async () => signed(claims(), (await generateKeyPair("RS256")).privateKey),
    },
    { name: "for another application", token: () => signed(claims({ aud: ["other"] })) },
    { name: "of another team", token: () => signed(claims({ iss: "https://x.example" })) },
    { name: "that has expired", token: () => signed(claims({ exp: seconds() - 120 })) },
    { name: "of a service token", token: () => signed(claims({ email: "" })) },
    { name: "of somebody unknown", token: () => signed(claims({ email: "x@good.example" })) },
    { name: "that is none", token: () => Promise.resolve("hello") },
  ];
  it.each(wrongs)("an assertion $name is refused", async ({ token }) => {
    expect(await ask(await token())).toBe(401);
  });

  it("lets nobody in who is deactivated", async () => {
    const assertion = await signed(claims());
    expect(await ask(assertion)).toBe(200);
    const off = { Operations: [{ op: "replace", path: "active", value: false }] };
    await scim("PATCH", `/Users/${adaId}`, off);
    expect(await ask(assertion)).toBe(401);
  });
});
