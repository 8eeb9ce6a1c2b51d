import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "./browser.ts";
import { type Installation, install } from "./installation.ts";
import { samlProvider } from "./saml-provider.ts";
import { beginSaml, postSaml, setUpSaml } from "./saml-sign-in.ts";
import { TRIES } from "../../patience.ts";

const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const provider = samlProvider("https://idp.good.example/saml");

let installation: Installation;
let providerId: string;
let token: string;

beforeAll(async () => {
  installation = await install({});
  providerId = await setUpSaml(installation, "good.example", provider);
  const { status, body } = await issue("Company directory");
  expect(status).toBe(201);
  token = body.secret;
}, 60_000);
afterAll(() => installation.close());

const issue = (name: string) =>
  installation.admin("POST", "/api/v1/provisioning-tokens", { name, role: "viewer" });

const scim = (method: string, path: string, body?: unknown, bearer = token) =>
  installation.scim(bearer, method, path, body);

const patch = (...Operations: readonly object[]) => ({ schemas: [PATCH], Operations });
const create = async (name: string, more: object = {}) => {
  const user = { userName: `${name}@good.example`, displayName: name, ...more };
  return (await scim("POST", "/Users", user)).body;
};

async function signIn(name: string): Promise<Browser> {
  const place = { id: providerId, domain: "good.example", entityId: provider.entityId };
  const begun = await beginSaml(installation, place);
  const attributes = { groups: ["flag-admins"] };
  const said = { ...begun.said, nameId: `${name}@good.example`, attributes };
  const got = await postSaml(begun, await provider.respond(said));
  if (!got.location.endsWith("/projects")) throw new Error(decodeURIComponent(got.location));
  return begun.browser;
}

const memberOf = async (email: string) => {
  const { body } = await installation.admin("GET", "/api/v1/people?limit=200");
  return body.items.find((person: { email: string }) => person.email === email);
};

describe("a directory", () => {
  it("puts people in, changes them, and takes them out", async () => {
    const ada = await create("ada", { externalId: "a-1", name: { givenName: "Ada" } });
    expect(ada).toMatchObject({ userName: "ada@good.example", active: true, externalId: "a-1" });
    expect(await memberOf("ada@good.example")).toMatchObject({ name: "ada", role: "viewer" });

    const whole = { userName: "ADA@good.example", displayName: "Ada L.", active: true };
    expect((await scim("PUT", `/Users/${ada.id}`, whole)).body.displayName).toBe("Ada L.");
    const renamed = patch({ op: "Replace", path: "displayName", value: "Countess" });
    expect((await scim("PATCH", `/Users/${ada.id}`, renamed)).body.displayName).toBe("Countess");
    expect((await memberOf("ada@good.example")).name).toBe("Countess");

    expect((await scim("DELETE", `/Users/${ada.id}`)).status).toBe(204);
    expect((await scim("GET", `/Users/${ada.id}`)).status).toBe(404);
    expect(await memberOf("ada@good.example")).toBeUndefined();
    const again = await create("ada");
    expect(again).toMatchObject({ id: ada.id, active: true });
  });

  it("finds people by filters, page by page", async () => {
    for (const name of ["f1", "f2", "f3"]) await create(name, { externalId: `x-${name}` });
    const found = async (filter: string, page = "") => {
      const { body } = await scim("GET", `/Users?filter=${encodeURIComponent(filter)}${page}`);
      return body;
    };
    expect((await found('userName eq "F1@good.example"')).totalResults).toBe(1);
    expect((await found('externalId eq "x-f2" and active eq true')).totalResults).toBe(1);
    expect((await found('not (userName sw "f") and userName sw "f1"')).totalResults).toBe(0);
    const second = await found('displayName sw "f"', "&startIndex=2&count=1");
    expect(second).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
    const wrong = await scim("GET", `/Users?filter=${encodeURIComponent('userName is "x"')}`);
    expect(wrong).toMatchObject({ status: 400, body: { scimType: "invalidFilter" } });
  });

  it("gives roles by groups", async () => {
    const grace = await create("grace");
    const group = { displayName: "flag-admins", members: [{ value: grace.id }] };
    const { status, body } = await scim("POST", "/Groups", group);
    expect(status).toBe(201);
    expect((await memberOf("grace@good.example")).role).toBe("admin");
    expect((await scim("GET", `/Users/${grace.id}`)).body.groups).toEqual([
      { value: body.id, display: "flag-admins" },
    ]);
    const out = patch({ op: "remove", path: `members[value eq "${grace.id}"]` });
    expect((await scim("PATCH", `/Groups/${body.id}`, out)).body.members).toEqual([]);
    expect((await memberOf("grace@good.example")).role).toBe("viewer");
    expect((await scim("DELETE", `/Groups/${body.id}`)).status).toBe(204);
  });

  it("is told what it does wrong", async () => {
    await create("twice");
    const wrong = async (user: object) => {
      const { status, body } = await scim("POST", "/Users", user);
      return { status, detail: body.detail, type: body.scimType };
    };
    expect(await wrong({ userName: "twice@good.example" })).toMatchObject({
      status: 409,
      type: "uniqueness",
    });
    expect(await wrong({ userName: "x@evil.example" })).toMatchObject({
      status: 400,
      detail: expect.stringContaining("good.example"),
    });
    expect(await wrong({ userName: "no address" })).toMatchObject({ status: 400 });
    expect(await wrong({})).toMatchObject({ status: 400, detail: "userName is missing" });
    const group = { displayName: "g", members: [{ value: "nobody" }] };
    expect((await scim("POST", "/Groups", group)).status).toBe(400);
  });

  it("needs a token that works, and leaves one when it is revoked", async () => {
    expect((await scim("GET", "/Users", undefined, "syp_none")).status).toBe(401);
    const { body } = await issue("Old directory");
    expect((await scim("GET", "/Users", undefined, body.secret)).status).toBe(200);
    await installation.admin("POST", `/api/v1/provisioning-tokens/${body.id}/revoke`);
    expect((await scim("GET", "/Users", undefined, body.secret)).status).toBe(401);
    const list = await installation.admin("GET", "/api/v1/provisioning-tokens");
    expect(JSON.stringify(list.body)).not.toContain(body.secret);
  });
});

describe("somebody who is deactivated", () => {
  it("has lost sessions, tokens and streams within a second", TRIES, async () => {
    const name = `leaver-${crypto.randomUUID()}`;
    const leaver = await create(name);
    const browser = await signIn(name);
    const issued = await browser.call("POST", "/api/v1/me/tokens", {
      name: "laptop",
      scopes: ["projects:read", "audit:read"],
    });
    expect(issued.status).toBe(201);
    const bearer = { authorization: `Bearer ${issued.body.secret}` };
    const byToken = () => installation.admin("GET", "/api/v1/projects", undefined, bearer);
    const bySession = () => browser.call("GET", "/api/v1/projects");
    expect([(await byToken()).status, (await bySession()).status]).toEqual([200, 200]);
    const stream = await installation.fetch(`${installation.origin}/api/v1/audit/stream`, {
      method: "GET",
      headers: bearer,
    });
    expect(stream.status).toBe(200);
    const ended = readToEnd(stream);

    const off = patch({ op: "replace", value: { active: "False" } });
    expect((await scim("PATCH", `/Users/${leaver.id}`, off)).body.active).toBe(false);
    const began = Date.now();
    const statuses = Promise.all([byToken(), bySession()]);
    await ended;
    expect(Date.now() - began).toBeLessThan(1_000);
    expect((await statuses).map(({ status }) => status)).toEqual([401, 401]);
    await expect(signIn(name)).rejects.toThrow("deactivated");

    const on = patch({ op: "replace", path: "active", value: true });
    expect((await scim("PATCH", `/Users/${leaver.id}`, on)).body.active).toBe(true);
    expect((await byToken()).status).toBe(200);
    expect((await bySession()).status).toBe(401);
    await signIn(name);
  });
});

async function readToEnd(response: Response): Promise<void> {
  const reader = response.body!.getReader();
  while (!(await reader.read()).done);
}
