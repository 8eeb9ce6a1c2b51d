import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, done, readAll } from "../control/api.ts";
import { by, newAccount, newToken } from "./holders.ts";

const named = () => `account ${crypto.randomUUID()}`;

describe("a service account", () => {
  it("is made, read, listed and changed under its version", async () => {
    const name = named();
    const created = await done("service-accounts.create", { body: { name, description: "d" } });
    expect(created.headers.get("etag")).toBe('"1"');
    expect(created.body).toMatchObject({ name, description: "d", disabledAtMs: null, version: 1 });
    const params = { serviceAccount: created.body.id };
    expect((await done("service-accounts.get", { params })).body).toEqual(created.body);
    expect(await readAll("service-accounts.list", {}, 1)).toContainEqual(created.body);

    const body = { description: null };
    const patch = { params, body, headers: { "if-match": '"1"' } };
    const patched = await done("service-accounts.patch", patch);
    expect(patched.body).toMatchObject({ name, description: null, version: 2 });
    expect(await call("service-accounts.patch", patch)).toMatchObject({
      status: 412,
      body: { code: "service-account.version-conflict", expected: 1, actual: 2 },
    });
  });

  it("has a name that no other has, and not the name that is kept", async () => {
    const name = named();
    await done("service-accounts.create", { body: { name } });
    const { body: other } = await done("service-accounts.create", { body: { name: named() } });
    for (const taken of [name, "bootstrap"]) {
      const refusal = { status: 409, body: { code: "service-account.already-exists" } };
      const again = await call("service-accounts.create", { body: { name: taken } });
      expect(again).toMatchObject(refusal);
      const patch = { params: { serviceAccount: other.id }, body: { name: taken } };
      const headers = { "if-match": "*" };
      expect(await call("service-accounts.patch", { ...patch, headers })).toMatchObject(refusal);
    }
  });

  it("is made once, however often its request is repeated", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = { name: named() };
    const [first, second] = [
      await done("service-accounts.create", { body, headers }),
      await done("service-accounts.create", { body, headers }),
    ];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
  });

  it("lets nobody in from the moment it is disabled, until it is enabled", async () => {
    const serviceAccount = await newAccount(["projects:read"]);
    const { secret } = await newToken(serviceAccount, ["projects:read"]);
    const params = { serviceAccount };
    expect((await by(secret, "projects.list")).status).toBe(200);
    const disabled = await done("service-accounts.disable", { params });
    expect(disabled.body.disabledAtMs).toBeTypeOf("number");
    expect((await done("service-accounts.disable", { params })).body).toEqual(disabled.body);
    expect(await by(secret, "projects.list")).toMatchObject({
      status: 401,
      body: { code: "auth.required", token: "owner-inactive" },
    });
    await done("service-accounts.enable", { params, headers: { "if-match": '"2"' } });
    expect((await by(secret, "projects.list")).status).toBe(200);
  });

  it("takes its tokens and grants with it when it is deleted, and leaves its name free", async () => {
    const name = named();
    const { body } = await done("service-accounts.create", { body: { name } });
    const serviceAccount = body.id;
    await env.DB.prepare(
      `INSERT INTO grants (id, organisation_id, principal_kind, principal_id, effect, role, created_at_ms)
       VALUES (?, 'default', 'service', ?, 'allow', 'viewer', 1)`,
    )
      .bind(crypto.randomUUID(), serviceAccount)
      .run();
    const { secret, id } = await newToken(serviceAccount, ["projects:read"]);
    expect((await by(secret, "projects.list")).status).toBe(200);

    const params = { serviceAccount };
    expect((await done("service-accounts.delete", { params })).body).toEqual({
      id: serviceAccount,
    });
    expect(await by(secret, "projects.list")).toMatchObject({
      status: 401,
      body: { token: "revoked" },
    });
    expect(await call("service-accounts.get", { params })).toMatchObject({
      status: 404,
      body: { code: "service-account.not-found" },
    });
    expect((await call("service-tokens.get", { params: { ...params, token: id } })).status).toBe(
      404,
    );
    expect((await call("service-accounts.delete", { params })).status).toBe(404);
    const left = "SELECT count(*) AS n FROM grants WHERE principal_id = ?";
    expect(await env.DB.prepare(left).bind(serviceAccount).first()).toEqual({ n: 0 });
    expect((await done("service-accounts.create", { body: { name } })).status).toBe(201);
  });

  it("is changed by one of two who change it at once", async () => {
    const serviceAccount = await newAccount();
    const patches = ["a", "b", "c", "d"].map((description) =>
      call("service-accounts.patch", {
        params: { serviceAccount },
        body: { description },
        headers: { "if-match": '"1"' },
      }),
    );
    const outcomes = (await Promise.all(patches)).map(({ status }) => status);
    expect(outcomes.toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412]);
    const { body } = await done("service-accounts.get", { params: { serviceAccount } });
    expect(body.version).toBe(2);
  });
});
