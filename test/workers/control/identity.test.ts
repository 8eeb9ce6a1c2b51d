import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call } from "./api.ts";

const SECRET = "a secret that only the provider knows";
let made = 0;

/** A provider's content, for a domain that no other test has. */
function content(more: object = {}) {
  made += 1;
  return {
    name: "Company login",
    domains: [`company-${made}.example`],
    settings: { kind: "oidc", issuer: "https://login.example", clientId: "switchyard" },
    clientSecret: SECRET,
    roles: { claim: "groups", rules: [{ value: "staff", role: "editor" }], default: "viewer" },
    ...more,
  };
}

const create = (more: object = {}) => call("identity.create", { body: content(more) });
const saml = (certificate: string) => ({
  settings: {
    kind: "saml",
    entityId: "https://idp.example",
    signInUrl: "https://idp.example/sso",
    certificates: [certificate],
  },
});

describe("an identity provider", () => {
  it("is set up, read, changed and deleted, and never shows its secret", async () => {
    const created = await create();
    expect(created.status).toBe(201);
    const { id, addresses } = created.body;
    expect(addresses.redirectUri).toBe(`/api/auth/sso/oidc/${id}`);
    const params = { provider: id };
    const headers = { "if-match": '"1"' };
    const patched = await call("identity.patch", { params, headers, body: { disabled: true } });
    expect(patched.body).toMatchObject({ disabled: true, version: 2 });
    const read = await call("identity.get", { params });
    const listed = await call("identity.list", { query: { limit: "200" } });
    expect(listed.body.items).toContainEqual(read.body);
    for (const { body } of [created, patched, read, listed]) {
      expect(JSON.stringify(body)).not.toContain(SECRET);
    }
    expect((await call("identity.delete", { params })).status).toBe(200);
    expect((await call("identity.get", { params })).body.code).toBe("identity-provider.not-found");
  });

  it.each([
    { more: { roles: { default: "owner" } }, code: "identity-provider.role-unknown" },
    { more: { roles: { default: "emperor" } }, code: "identity-provider.role-unknown" },
    {
      more: { ...saml("hello"), clientSecret: undefined },
      code: "identity-provider.certificate-invalid",
    },
    { more: { clientSecret: undefined }, code: "identity-provider.secret-missing" },
    { more: { domains: ["@example"] }, code: "request.invalid" },
    { more: saml("hello"), code: "request.invalid" },
    {
      more: { roles: { rules: [{ value: "a", role: "viewer" }], default: null } },
      code: "request.invalid",
    },
  ])("that is wrong is refused: $code", async ({ more, code }) => {
    const { body } = await create(more);
    expect(body.code).toBe(code);
  });

  it("speaks for no domain that another one speaks for", async () => {
    const first = await create();
    const { body } = await create({ domains: first.body.domains });
    expect(body.code).toBe("identity-provider.domain-taken");
  });

  it("keeps its protocol, and tells of a change that was not seen", async () => {
    const params = { provider: (await create()).body.id };
    const patch = (body: object, version: string) =>
      call("identity.patch", { params, headers: { "if-match": version }, body });
    const changed = await patch(saml("hello"), '"1"');
    expect(changed.body.code).toBe("identity-provider.kind-fixed");
    const stale = await patch({ name: "x" }, '"7"');
    expect(stale.body.code).toBe("identity-provider.version-conflict");
  });
});

describe("a provisioning token", () => {
  it("is shown once, listed without, and revoked", async () => {
    const issued = await call("provisioning.issue", { body: { name: "directory" } });
    expect(issued.body).toMatchObject({ role: "viewer", baseUrl: "/scim/v2" });
    const params = { token: issued.body.id };
    const headers = { "if-match": '"9"' };
    const stale = await call("provisioning.revoke", { params, headers });
    expect(stale.body.code).toBe("provisioning-token.version-conflict");
    const revoked = await call("provisioning.revoke", { params });
    expect(revoked.body.revokedAtMs).not.toBeNull();
    const listed = await call("provisioning.list", { query: { limit: "200" } });
    expect(JSON.stringify(listed.body)).not.toContain(issued.body.secret);
    const none = await call("provisioning.revoke", { params: { token: "none" } });
    expect(none.body.code).toBe("provisioning-token.not-found");
  });
});

/** The code of the refusal that an address is met with. */
const begin = async (email: string) => {
  const origin = "https://flags.example";
  const response = await exports.default.fetch(`${origin}/api/auth/sign-in/sso`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({ email }),
  });
  return (await response.json<{ code: string }>()).code;
};

describe("signing in by a provider", () => {
  it("needs one that speaks for the address", async () => {
    expect(await begin("ada@nobody.example")).toBe("sign-in.no-provider");
  });

  it("asks nobody inside of the network around us", async () => {
    const settings = { kind: "oidc", issuer: "http://127.0.0.1:9", clientId: "switchyard" };
    const { body } = await create({ settings });
    expect(await begin(`ada@${body.domains[0]}`)).toBe("sign-in.provider-unreachable");
  });
});
