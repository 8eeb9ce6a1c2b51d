import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser, type Got } from "./browser.ts";
import { type Installation, install } from "./installation.ts";
import {
  CLIENT,
  type Forgery,
  type ForgingProvider,
  type Keys,
  type OidcProvider,
  forgingProvider,
  oidcProvider,
} from "./oidc-provider.ts";

const ada = { email: "ada@good.example", name: "Ada", groups: ["everyone", "flag-admins"] };
const people = {
  ada: { ...ada },
  bob: { email: "bob@good.example", name: "Bob", groups: ["everyone"] },
  eve: { email: "eve@other.example", name: "Eve", groups: ["everyone"] },
  owner: { email: "owner@good.example", name: "Not Olga", groups: ["flag-admins"] },
  nobody: { email: "nobody@good.example", name: "Nobody", groups: [] },
};

let installation: Installation;
let honest: OidcProvider;
let forging: ForgingProvider;
let honestId: string;
let forgingId: string;

beforeAll(async () => {
  forging = await forgingProvider({ ...ada, email: "ada@forged.example" });
  honest = await oidcProvider(people);
  installation = await install({ IDENTITY_ORIGINS: `${honest.issuer},${forging.issuer}` });
  honestId = await setUp("good.example", honest.issuer);
  forgingId = await setUp("forged.example", forging.issuer);
  honest.serve(`${installation.origin}/api/auth/sso/oidc/${honestId}`);
}, 60_000);
afterAll(() => Promise.all([installation.close(), honest.close(), forging.close()]));

async function setUp(domain: string, issuer: string): Promise<string> {
  const { status, body } = await installation.admin("POST", "/api/v1/identity-providers", {
    name: domain,
    domains: [domain],
    settings: { kind: "oidc", issuer, clientId: CLIENT.id },
    clientSecret: CLIENT.secret,
    roles: {
      claim: "groups",
      rules: [
        { value: "flag-admins", role: "admin" },
        { value: "everyone", role: "viewer" },
      ],
      default: null,
    },
  });
  expect(status).toBe(201);
  expect(JSON.stringify(body)).not.toContain(CLIENT.secret);
  return body.id;
}

/** Where the browser is sent for the address, having asked to sign in. */
async function sentTo(browser: Browser, email: string): Promise<string> {
  const { status, body } = await browser.call("POST", "/api/auth/sign-in/sso", {
    email,
    returnTo: "/projects",
  });
  expect(status).toBe(200);
  return body.url;
}

/** Follows the provider's pages, signing in there as `account`, up to the way back. */
async function backFrom(browser: Browser, url: string, account: string): Promise<string> {
  let next = url;
  for (let steps = 0; steps < 12; steps += 1) {
    if (next.startsWith(installation.origin)) return next;
    const page = await browser.ask(next);
    next = page.location === "" ? await submitted(browser, next, page, account) : page.location;
  }
  throw new Error(`no way back from ${url}`);
}

async function submitted(browser: Browser, url: string, page: Got, account: string) {
  const prompt = /name="prompt" value="(\w+)"/.exec(page.text)?.[1] ?? "";
  const { location } = await browser.ask(url, { prompt, login: account, password: "any" });
  return location;
}

async function signIn(account: keyof typeof people, browser = new Browser(installation)) {
  const back = await backFrom(browser, await sentTo(browser, "x@good.example"), account);
  return { browser, back, got: await browser.ask(back) };
}

const refusalIn = ({ location }: Got): string => {
  expect(location).toContain("/welcome#refused=");
  return decodeURIComponent(location.split("#refused=")[1]!);
};

async function personWith(email: string) {
  const { body } = await installation.admin("GET", "/api/v1/people");
  return body.items.find((person: { email: string }) => person.email === email);
}

const another = (role: string) => ({
  name: "another",
  domains: ["another.example"],
  settings: { kind: "oidc", issuer: honest.issuer, clientId: CLIENT.id },
  clientSecret: CLIENT.secret,
  roles: { default: role },
});

describe("signing in by OpenID Connect", () => {
  it("leads through a real provider to a session with the mapped role", async () => {
    const { browser, got } = await signIn("ada");
    expect(got).toMatchObject({ status: 303, location: `${installation.origin}/projects` });
    const { status, body } = await browser.call("GET", "/api/auth/session");
    expect({ status, person: body.person }).toMatchObject({
      status: 200,
      person: { email: "ada@good.example", name: "Ada" },
    });
    expect((await personWith("ada@good.example")).role).toBe("admin");
  });

  it("gives the role anew at each sign-in", async () => {
    await signIn("bob");
    expect((await personWith("bob@good.example")).role).toBe("viewer");
    people.bob.groups.push("flag-admins");
    await signIn("bob");
    expect((await personWith("bob@good.example")).role).toBe("admin");
  });

  it("refuses an address that the provider does not speak for", async () => {
    const { got } = await signIn("eve");
    expect(refusalIn(got)).toContain("not for eve@other.example");
    expect(await personWith("eve@other.example")).toBeUndefined();
  });

  it("refuses who has no role", async () => {
    const { got } = await signIn("nobody");
    expect(refusalIn(got)).toContain("gives a role");
  });

  it("refuses the same answer a second time", async () => {
    const { browser, back } = await signIn("ada");
    expect(refusalIn(await browser.ask(back))).toContain("answered already");
  });

  it("refuses an answer in a browser that did not begin the sign-in", async () => {
    const victim = new Browser(installation);
    const attacker = new Browser(installation);
    const back = await backFrom(attacker, await sentTo(attacker, "x@good.example"), "ada");
    expect(refusalIn(await victim.ask(back))).toContain("another browser");
  });

  it("refuses a code of another sign-in, which the provider gave for another code verifier", async () => {
    const browser = new Browser(installation);
    const stolen = new URL(
      await backFrom(browser, await sentTo(browser, "x@good.example"), "ada"),
    ).searchParams.get("code")!;
    const other = new Browser(installation);
    const own = new URL(await backFrom(other, await sentTo(other, "x@good.example"), "bob"));
    own.searchParams.set("code", stolen);
    expect(refusalIn(await other.ask(own.href))).toContain("invalid_grant");
  });

  it("sets up who gives more than oneself may do for nobody", async () => {
    const path = "/api/v1/identity-providers";
    const asOwner = await installation.admin("POST", path, another("owner"));
    expect([asOwner.status, asOwner.body.code]).toEqual([422, "identity-provider.role-unknown"]);
    const { browser } = await signIn("ada");
    const token = { name: "narrow", scopes: ["identity:write"] };
    const { body } = await browser.call("POST", "/api/v1/me/tokens", token);
    const narrow = { authorization: `Bearer ${body.secret}` };
    const refused = await installation.admin("POST", path, another("viewer"), narrow);
    expect([refused.status, refused.body.code]).toEqual([403, "access.beyond-own"]);
    expect((await browser.call("POST", path, another("admin"))).status).toBe(201);
  });

  it("never makes an owner of whoever names an owner's address", async () => {
    const { body: link } = await installation.admin("POST", "/api/v1/invitations", {
      email: "owner@good.example",
      role: "owner",
    });
    const invitation = /#invitation=(\w+)/.exec(JSON.stringify(link))?.[1];
    const owner = new Browser(installation);
    const accepted = await owner.call("POST", "/api/auth/invitations/accept", {
      token: invitation,
      name: "Olga",
      password: "a long enough password",
    });
    expect(accepted.status).toBe(200);
    const { got } = await signIn("owner");
    expect(refusalIn(got)).toContain("is an owner's");
  });

  it("sends nobody anywhere but to this site", async () => {
    for (const returnTo of ["https://evil.example/", "//evil.example", "/\\evil.example"]) {
      const asked = { email: "x@good.example", returnTo };
      const { status } = await new Browser(installation).call(
        "POST",
        "/api/auth/sign-in/sso",
        asked,
      );
      expect(status).toBe(400);
    }
  });
});

const hmac = (claims: JWTPayload, { publicJwk }: Keys) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", kid: "1" })
    .sign(new TextEncoder().encode(JSON.stringify(publicJwk)));
const byAnother = async (claims: JWTPayload) => {
  const { privateKey } = await generateKeyPair("RS256");
  return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(privateKey);
};

const finish = async (forgery: Forgery): Promise<Got> => {
  const browser = new Browser(installation);
  const url = new URL(await sentTo(browser, "ada@forged.example"));
  forging.forge(forgery, url.searchParams.get("nonce")!);
  const state = url.searchParams.get("state")!;
  const query = new URLSearchParams({ code: "any", state });
  return browser.ask(`${installation.origin}/api/auth/sso/oidc/${forgingId}?${query.toString()}`);
};

describe("an ID token", () => {
  it("that is right signs in, so that what follows fails for its own reason", async () => {
    expect(await finish({})).toMatchObject({ location: `${installation.origin}/projects` });
  });

  const seconds = Math.floor(Date.now() / 1_000);
  it.each<{ name: string; forgery: Forgery }>([
    {
      name: "without signature",
      forgery: { sign: (claims) => Promise.resolve(new UnsecuredJWT(claims).encode()) },
    },
    { name: "with an HMAC by the public key", forgery: { sign: hmac } },
    { name: "signed by another key", forgery: { sign: byAnother } },
    { name: "of another issuer", forgery: { claims: { iss: "https://evil.example" } } },
    { name: "for another client", forgery: { claims: { aud: "another" } } },
    { name: "for several clients", forgery: { claims: { aud: [CLIENT.id, "another"] } } },
    { name: "given to another client", forgery: { claims: { azp: "another" } } },
    { name: "of another sign-in", forgery: { claims: { nonce: "another" } } },
    { name: "without nonce", forgery: { without: ["nonce"] } },
    { name: "that has expired", forgery: { claims: { exp: seconds - 120 } } },
    { name: "without an end", forgery: { without: ["exp"] } },
    { name: "of long ago", forgery: { claims: { iat: seconds - 3_600 } } },
    { name: "of nobody", forgery: { without: ["sub"] } },
    { name: "with an unverified address", forgery: { claims: { email_verified: false } } },
    { name: "without address", forgery: { without: ["email"] } },
  ])("$name is refused", async ({ forgery }) => {
    const got = await finish(forgery);
    expect(refusalIn(got)).toContain("The identity provider's answer is refused");
  });
});
