import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import type { ControlEnv } from "../../../workers/control/env.ts";
import { appWith } from "../control/an-app.ts";
import { call } from "../control/api.ts";
import type { Sent } from "../control/api.ts";
import { by, laterBy } from "./holders.ts";

const DAY = 86_400_000;
const ACCOUNT = { serviceAccount: "bootstrap" };

/** Calls of an installation whose ADMIN_TOKEN is this, with that very token unless said otherwise. */
const installedWith = (adminToken: string | undefined) => {
  const { ADMIN_TOKEN: _, ...others } = env;
  const bindings: ControlEnv =
    adminToken === undefined ? others : { ...others, ADMIN_TOKEN: adminToken };
  const { fetch } = appWith({}, bindings);
  return (id: EndpointId, sent: Sent = {}, token = adminToken ?? "") =>
    call(id, { ...sent, headers: { authorization: `Bearer ${token}` } }, fetch);
};
const newValue = () => `an admin token ${crypto.randomUUID()}`.replaceAll(" ", "-");

const refusedAs = (token: string) => ({ status: 401, body: { code: "auth.required", token } });

describe("the ADMIN_TOKEN", () => {
  it("is entered once, as a token of the account bootstrap, at the first of many uses", async () => {
    const value = newValue();
    const manage = installedWith(value);
    const first = await Promise.all(Array.from({ length: 8 }, () => manage("projects.list")));
    expect(first.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    const { body } = await manage("service-tokens.list", { params: ACCOUNT });
    const [token, ...more] = body.items;
    expect(more).toEqual([]);
    expect(token).toMatchObject({
      name: "ADMIN_TOKEN",
      scopes: null,
      hint: "",
      expiresAtMs: null,
      revokedAtMs: null,
      issuedBy: "installation",
    });
    expect(token.lastUsedAtMs).toBeTypeOf("number");
    const { results } = await env.DB.prepare(
      "SELECT actor_kind, action FROM audit_log WHERE target_id = ?",
    )
      .bind(token.id)
      .all();
    expect(results).toEqual([{ actor_kind: "system", action: "token.enter" }]);
    const tables = await env.DB.prepare("SELECT * FROM management_tokens").all();
    expect(JSON.stringify(tables.results)).not.toContain(value);
  });

  it("is rotated as any token is, and stops after the overlap", async () => {
    const value = newValue();
    const manage = installedWith(value);
    const [{ id }] = (await manage("service-tokens.list", { params: ACCOUNT })).body.items;
    const params = { ...ACCOUNT, token: id };
    const { body } = await manage("service-tokens.rotate", { params, body: { overlapMs: DAY } });
    expect(body.secret).toMatch(/^sym_/);
    expect(body).toMatchObject({ name: "ADMIN_TOKEN", scopes: null, expiresAtMs: null });
    const key = `p-${crypto.randomUUID()}`;
    expect((await by(body.secret, "projects.create", { body: { key } })).status).toBe(201);
    expect((await manage("projects.list")).status).toBe(200);
    const { ADMIN_TOKEN: _, ...others } = env;
    const later = { now: () => Date.now() + DAY };
    const { fetch } = appWith(later, { ...others, ADMIN_TOKEN: value });
    const headers = { authorization: `Bearer ${value}` };
    expect(await call("projects.list", { headers }, fetch)).toMatchObject(refusedAs("expired"));
    expect((await laterBy(DAY)(body.secret, "projects.list")).status).toBe(200);
  });

  it("is refused once it is revoked, whatever the secret says, until it has a new value", async () => {
    const value = newValue();
    const manage = installedWith(value);
    const [{ id }] = (await manage("service-tokens.list", { params: ACCOUNT })).body.items;
    const revoke = { params: { ...ACCOUNT, token: id } };
    expect((await manage("service-tokens.revoke", revoke)).status).toBe(200);
    expect(await manage("projects.list")).toMatchObject(refusedAs("revoked"));
    expect((await installedWith(newValue())("projects.list")).status).toBe(200);
    expect(await installedWith(value)("projects.list")).toMatchObject(refusedAs("revoked"));
  });

  it("ends the value that it had before when it is given another", async () => {
    const [value, next] = [newValue(), newValue()];
    expect((await installedWith(value)("projects.list")).status).toBe(200);
    const manage = installedWith(next);
    expect(await manage("projects.list", {}, value)).toMatchObject(refusedAs("not-a-token"));
    expect((await manage("projects.list")).status).toBe(200);
    expect(await installedWith(value)("projects.list")).toMatchObject(refusedAs("revoked"));
  });

  it.each(["service-accounts.disable", "service-accounts.delete"] as const)(
    "opens nothing after %s, and everything again with a new value",
    async (shut) => {
      const manage = installedWith(newValue());
      const shutting = await manage(shut, { params: ACCOUNT });
      expect(shutting.status).toBe(200);
      expect((await manage("projects.list")).status).toBe(401);
      const again = installedWith(newValue());
      const key = `p-${crypto.randomUUID()}`;
      expect((await again("projects.create", { body: { key } })).status).toBe(201);
      const account = await again("service-accounts.get", { params: ACCOUNT });
      expect(account.body.disabledAtMs).toBeNull();
    },
  );

  it("is needed by no other token", async () => {
    const manage = installedWith(newValue());
    const sent = { params: ACCOUNT, body: { name: "t", scopes: ["projects:read"] } };
    const { body } = await manage("service-tokens.issue", sent);
    const without = installedWith(undefined);
    expect((await without("projects.list", {}, body.secret)).status).toBe(200);
    expect(await without("projects.list", {}, `${body.secret}x`)).toMatchObject(
      refusedAs("too-long"),
    );
    expect(await without("projects.list", {}, "anything-else")).toMatchObject({
      status: 503,
      body: { code: "configuration.admin-token" },
    });
  });
});
