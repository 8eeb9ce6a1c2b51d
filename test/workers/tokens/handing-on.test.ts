import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, done } from "../control/api.ts";
import { by, newAccount, newPerson, newToken, paramsOf, usable } from "./holders.ts";

/** A token that may issue others, and do this. */
const issuer = async (scopes: Parameters<typeof newAccount>[0] = []) => {
  const own = [...scopes, "tokens:write"] as const;
  return (await newToken(await newAccount(own), own)).secret;
};
describe("who issues a token", () => {
  const body = { name: "t", scopes: ["flags:write"] };

  it("gives nobody a scope that they lack", async () => {
    const params = { serviceAccount: await newAccount() };
    expect(
      await by(await issuer(["flags:read"]), "service-tokens.issue", { params, body }),
    ).toMatchObject({
      status: 403,
      body: { code: "token.too-mighty", scopes: ["flags:write"] },
    });
    const able = await issuer(["flags:write"]);
    expect((await by(able, "service-tokens.issue", { params, body })).status).toBe(201);
  });

  it("gives nobody a way to grants that reach further than their own", async () => {
    const mighty = await newAccount();
    await env.DB.prepare(
      `INSERT INTO grants (id, organisation_id, principal_kind, principal_id, effect, role, created_at_ms)
       VALUES (?, NULL, 'service', ?, 'allow', 'owner', 1)`,
    )
      .bind(crypto.randomUUID(), mighty)
      .run();
    const params = { serviceAccount: mighty };
    const able = await issuer(["flags:write"]);
    // The issuer may write flags in this organisation; the account in every one.
    expect(await by(able, "service-tokens.issue", { params, body })).toMatchObject({
      status: 403,
      body: { code: "token.too-mighty", scopes: ["flags:write"] },
    });
    expect((await call("service-tokens.issue", { params, body })).status).toBe(201);
  });

  it("cannot have a mightier token by rotating one", async () => {
    const account = await newAccount(["flags:write"]);
    const token = await newToken(account, ["flags:write"]);
    const sent = { params: paramsOf(token) };
    expect(await by(await issuer(), "service-tokens.rotate", sent)).toMatchObject({
      status: 403,
      body: { code: "token.too-mighty" },
    });
    const bootstrap = await done("service-tokens.list", {
      params: { serviceAccount: "bootstrap" },
    });
    const params = { serviceAccount: "bootstrap", token: bootstrap.body.items[0].id };
    expect(
      (await by(await issuer(["flags:write"]), "service-tokens.rotate", { params })).status,
    ).toBe(403);
  });

  it("reaches no other account's token by its id", async () => {
    const [one, other] = [await usable(), await usable()];
    const params = { serviceAccount: one.serviceAccount, token: other.id };
    for (const id of [
      "service-tokens.get",
      "service-tokens.revoke",
      "service-tokens.rotate",
    ] as const) {
      expect(await call(id, { params }), id).toMatchObject({
        status: 404,
        body: { code: "token.not-found" },
      });
    }
    const nobody = { params: { serviceAccount: "nobody00", token: other.id } };
    expect((await call("service-tokens.get", nobody)).body.code).toBe("service-account.not-found");
  });
});

/** A token that somebody in this role issues to themselves. */
const issue = async (role: string, scopes: readonly string[], more = {}) => {
  const person = await newPerson(role);
  const got = await person.call("my-tokens.issue", { body: { name: "laptop", scopes, ...more } });
  expect(got.body).not.toHaveProperty("code");
  return { person, secret: String(got.body.secret), id: String(got.body.id) };
};

describe("a personal token", () => {
  it("carries its person's role, within its scopes", async () => {
    const { person, secret, id } = await issue("editor", ["projects:read"]);
    expect((await by(secret, "projects.list")).status).toBe(200);
    expect((await by(secret, "projects.create", { body: { key: "x" } })).status).toBe(403);
    const listed = await person.call("my-tokens.list", {});
    expect(listed.body.items).toMatchObject([{ id, name: "laptop", scopes: ["projects:read"] }]);
    expect((await person.call("my-tokens.get", { params: { token: id } })).body.id).toBe(id);
    const rotated = await person.call("my-tokens.rotate", { params: { token: id } });
    expect((await by(rotated.body.secret, "projects.list")).status).toBe(200);
    const params = { token: rotated.body.id };
    expect((await person.call("my-tokens.revoke", { params })).status).toBe(200);
    expect((await by(rotated.body.secret, "projects.list")).status).toBe(401);
  });

  it("must expire, and gives nothing that its person lacks", async () => {
    const person = await newPerson("viewer");
    const body = { name: "t", scopes: ["flags:write", "flags:read"] };
    expect(await person.call("my-tokens.issue", { body })).toMatchObject({
      status: 403,
      body: { code: "token.too-mighty", scopes: ["flags:write"] },
    });
    const forever = { name: "t", scopes: ["flags:read"], expiresAt: null };
    expect(await person.call("my-tokens.issue", { body: forever })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "/expiresAt" }] },
    });
  });

  it("is refused as soon as its person is deactivated or has left", async () => {
    const first = await issue("viewer", ["projects:read"]);
    await env.DB.prepare("UPDATE people SET deactivated_at_ms = 1 WHERE id = ?")
      .bind(first.person.id)
      .run();
    const second = await issue("viewer", ["projects:read"]);
    await env.DB.prepare("DELETE FROM members WHERE person_id = ?").bind(second.person.id).run();
    for (const { secret } of [first, second]) {
      expect(await by(secret, "projects.list")).toMatchObject({
        status: 401,
        body: { code: "auth.required", token: "owner-inactive" },
      });
    }
  });

  it("manages other tokens only if it was issued for that", async () => {
    const { secret, id, person } = await issue("admin", ["projects:read"]);
    const params = { token: id };
    const body = { name: "t", scopes: ["projects:read"] };
    for (const got of [
      await by(secret, "my-tokens.list"),
      await by(secret, "my-tokens.issue", { body }),
      await by(secret, "my-tokens.rotate", { params }),
      await by(secret, "my-tokens.revoke", { params }),
    ]) {
      expect(got).toMatchObject({ status: 403, body: { code: "auth.scope-missing" } });
    }
    const manager = await person.call("my-tokens.issue", {
      body: { name: "t", scopes: ["tokens:write", "projects:read"] },
    });
    expect((await by(manager.body.secret, "my-tokens.issue", { body })).status).toBe(201);
    const more = { name: "t", scopes: ["flags:read"] };
    expect((await by(manager.body.secret, "my-tokens.issue", { body: more })).body).toMatchObject({
      code: "token.too-mighty",
    });
  });

  it("is seen by nobody else, and is nothing that a service account has", async () => {
    const { id } = await issue("viewer", ["projects:read"]);
    const other = await newPerson("owner");
    expect(await other.call("my-tokens.get", { params: { token: id } })).toMatchObject({
      status: 404,
      body: { code: "token.not-found" },
    });
    expect(await call("my-tokens.list")).toMatchObject({
      status: 403,
      body: { code: "auth.person-required" },
    });
  });
});
