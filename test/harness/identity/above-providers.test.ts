import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser, type Got } from "./browser.ts";
import { type Installation, install } from "./installation.ts";
import { samlProvider } from "./saml-provider.ts";
import { beginSaml, postSaml, setUpSaml } from "./saml-sign-in.ts";

const provider = samlProvider("https://idp.good.example/saml");
/** Whoever may change the provider has its key. */
const forger = samlProvider(provider.entityId);

let installation: Installation;
let providerId: string;
let scimToken: string;

beforeAll(async () => {
  installation = await install({});
  providerId = await setUpSaml(installation, "good.example", provider);
  const directory = { name: "directory", role: "viewer" };
  scimToken = (await done("POST", "/api/v1/provisioning-tokens", directory)).secret;
}, 60_000);
afterAll(() => installation.close());

async function done(method: string, path: string, body?: unknown) {
  const got = await installation.admin(method, path, body);
  if (got.status < 300) return got.body;
  throw new Error(`${path}: ${JSON.stringify(got.body)}`);
}

const scim = (method: string, path: string, body?: unknown) =>
  installation.scim(scimToken, method, path, body);

const create = async (name: string): Promise<string> =>
  (await scim("POST", "/Users", { userName: `${name}@good.example`, displayName: name })).body.id;

async function signIn(name: string, by = provider): Promise<{ browser: Browser; got: Got }> {
  const begun = await beginSaml(installation, {
    id: providerId,
    domain: "good.example",
    entityId: provider.entityId,
  });
  const said = { ...begun.said, nameId: `${name}@good.example`, attributes: {} };
  return { browser: begun.browser, got: await postSaml(begun, await by.respond(said)) };
}

const refusalIn = ({ location }: Got) => decodeURIComponent(location.split("#refused=")[1] ?? "");
const grant = (id: string, more: object) =>
  done("POST", "/api/v1/grants", { to: { kind: "person", id }, ...more });
const allowed = async (id: string, scope: string): Promise<boolean> =>
  (await done("GET", `/api/v1/access/check?scope=${scope}&principal=person:${id}`)).allowed;

const change = (path: string, value: unknown) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [{ op: "replace", path, value }],
});

/** Ways to hold more than an admin does. */
const ABOVE: readonly { name: string; raise: (id: string) => Promise<unknown> }[] = [
  {
    name: "owner",
    raise: (id) => done("POST", `/api/v1/people/${id}/change-role`, { role: "owner" }),
  },
  { name: "holder-of-a-grant", raise: (id) => grant(id, { scopes: ["organisations:write"] }) },
  {
    name: "holder-in-the-installation",
    raise: (id) => grant(id, { role: "viewer", on: { installation: true } }),
  },
];

describe.each(ABOVE)("somebody who became $name", ({ name, raise }) => {
  let id: string;
  let before: Browser;

  beforeAll(async () => {
    id = await create(name);
    ({ browser: before } = await signIn(name));
    expect((await before.call("GET", "/api/v1/projects")).status).toBe(200);
    await raise(id);
  }, 60_000);

  it("is not whom a provider says that somebody is, who was linked before, either", async () => {
    const { browser, got } = await signIn(name);
    expect(refusalIn(got)).toContain("is an owner's");
    expect((await browser.call("GET", "/api/auth/session")).status).toBe(401);
  });

  it("does nothing by a session that a provider began earlier", async () => {
    const got = await before.call("GET", "/api/v1/projects");
    expect([got.status, got.body.code]).toEqual([403, "auth.above-provider"]);
  });

  it("is not changed or removed by a directory", async () => {
    const writes = [
      await scim("PATCH", `/Users/${id}`, change("userName", "mine@good.example")),
      await scim("PATCH", `/Users/${id}`, change("active", false)),
      await scim("DELETE", `/Users/${id}`),
    ];
    expect(writes.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await scim("GET", `/Users/${id}`)).body).toMatchObject({
      userName: `${name}@good.example`,
      active: true,
    });
  });
});

describe("an admin's provider", () => {
  it("with a key of the admin's own signs nobody in as an owner", async () => {
    const id = await create("bob");
    await signIn("bob");
    await done("POST", `/api/v1/people/${id}/change-role`, { role: "owner" });
    const { version } = await done("GET", `/api/v1/identity-providers/${providerId}`);
    const { settings } = await done("GET", `/api/v1/identity-providers/${providerId}`);
    const certificates = [provider.certificate, forger.certificate];
    const patched = await installation.admin(
      "PATCH",
      `/api/v1/identity-providers/${providerId}`,
      { settings: { ...settings, certificates } },
      { "if-match": `"${version}"` },
    );
    expect(patched.status).toBe(200);
    expect(refusalIn((await signIn("bob", forger)).got)).toContain("is an owner's");
    expect((await signIn("carol", forger)).got.location).toContain("/projects");
  });

  it("gives no role that allows more than an admin may", async () => {
    await done("POST", "/api/v1/roles", {
      key: "governor",
      name: "Governor",
      scopes: ["organisations:write"],
    });
    const refused = await installation.admin("POST", "/api/v1/provisioning-tokens", {
      name: "d",
      role: "governor",
    });
    expect([refused.status, refused.body.code]).toEqual([422, "identity-provider.role-unknown"]);
  });
});

describe("who is taken out", () => {
  it("by a directory, has lost the grants and teams of the organisation", async () => {
    const id = await create("eve");
    await done("POST", "/api/v1/teams", { key: "crew", name: "Crew" });
    await grant(id, { scopes: ["flags:write"] });
    await done("POST", "/api/v1/grants", {
      to: { kind: "team", key: "crew" },
      scopes: ["segments:write"],
    });
    await done("POST", "/api/v1/teams/crew/people", { person: id });
    expect([await allowed(id, "flags:write"), await allowed(id, "segments:write")]).toEqual([
      true,
      true,
    ]);
    expect((await scim("DELETE", `/Users/${id}`)).status).toBe(204);
    expect(await create("eve")).toBe(id);
    expect([await allowed(id, "flags:write"), await allowed(id, "segments:write")]).toEqual([
      false,
      false,
    ]);
  });

  it("of the last organisation, has lost what was granted in the whole installation", async () => {
    const id = await create("dan");
    await grant(id, { role: "owner", on: { installation: true } });
    expect(await allowed(id, "flags:write")).toBe(true);
    await done("DELETE", `/api/v1/people/${id}`);
    expect(await create("dan")).toBe(id);
    expect(await allowed(id, "flags:write")).toBe(false);
  });
});

describe("a session that a provider began", () => {
  it("enters no other organisation", async () => {
    await create("frank");
    const { browser } = await signIn("frank");
    const other = { name: "Another", owner: "frank@good.example" };
    const { id } = await done("POST", "/api/v1/organisations", other);
    const entered = await browser.call("POST", "/api/auth/organisation", { organisationId: id });
    expect([entered.status, entered.body.code]).toEqual([404, "organisation.not-found"]);
    const { organisationId } = (await browser.call("GET", "/api/auth/session")).body;
    expect(organisationId).not.toBe(id);
  });
});

describe("beginning at a provider", () => {
  it("is counted, so that nobody does so without end", async () => {
    const asked = { email: "counted@good.example" };
    const begin = async () =>
      (await new Browser(installation).call("POST", "/api/auth/sign-in/sso", asked)).status;
    for (let begun = 0; begun < 60; begun += 1) expect(await begin()).toBe(200);
    expect(await begin()).toBe(429);
  }, 60_000);
});
