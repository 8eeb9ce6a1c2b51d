import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { tokenHash } from "../../../src/core/access/token.ts";
import { call, done, readAll } from "../control/api.ts";
import { by, laterBy, newAccount, newToken, paramsOf, usable } from "./holders.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;

describe("a token", () => {
  it("is shown once, and known by its hash alone", async () => {
    const token = await usable();
    expect(token.secret).toMatch(/^sym_[a-z0-9]{16}_[A-Za-z0-9]{39}$/);
    expect(token.secret).toContain(token.id);
    const got = await done("service-tokens.get", { params: paramsOf(token) });
    expect(got.body).toMatchObject({
      hint: token.secret.slice(-4),
      lastUsedAtMs: null,
      version: 1,
    });
    const listed = await readAll("service-tokens.list", { params: paramsOf(token) }, 1);
    expect(listed).toEqual([got.body]);
    const { results } = await env.DB.prepare("SELECT * FROM management_tokens WHERE id = ?")
      .bind(token.id)
      .all();
    expect(results).toMatchObject([{ hash: tokenHash(token.secret) }]);
    const shown = JSON.stringify([got.body, listed]);
    expect(shown).not.toContain(token.secret);
    expect(shown).not.toContain(tokenHash(token.secret));
  });

  it("allows what its owner may do, within its scopes", async () => {
    const account = await newAccount(["projects:read", "projects:write"]);
    const { secret } = await newToken(account, ["projects:read", "flags:read"]);
    expect((await by(secret, "projects.list")).status).toBe(200);
    const create = await by(secret, "projects.create", { body: { key: "a" } });
    expect(create).toMatchObject({
      status: 403,
      body: { code: "auth.scope-missing", because: "beyond-token" },
    });
    const params = { project: "a", environment: "b", flag: "c" };
    expect(await by(secret, "flags.get", { params })).toMatchObject({
      status: 403,
      body: { because: "not-granted" },
    });
  });

  it("acts under its owner's name in the log", async () => {
    const { secret, serviceAccount } = await usable();
    const key = `p-${crypto.randomUUID()}`;
    expect((await by(secret, "projects.create", { body: { key } })).status).toBe(201);
    const row = await env.DB.prepare(
      "SELECT actor_kind, actor_id FROM catalogue_log ORDER BY at_ms DESC LIMIT 1",
    ).first();
    expect(row).toEqual({ actor_kind: "service", actor_id: serviceAccount });
  });

  it("says when it was last used, to the minute, with one write each", async () => {
    const token = await usable();
    const params = paramsOf(token);
    const lastUse = async () =>
      (await done("service-tokens.get", { params })).body.lastUsedAtMs as number;
    const before = Date.now();
    await by(token.secret, "projects.list");
    const first = await lastUse();
    expect(first).toBeGreaterThanOrEqual(before);
    await laterBy(MINUTE - 5_000)(token.secret, "projects.list");
    expect(await lastUse()).toBe(first);
    await laterBy(MINUTE)(token.secret, "projects.list");
    expect(await lastUse()).toBeGreaterThanOrEqual(first + MINUTE);
    const { headers } = await done("service-tokens.get", { params });
    expect(headers.get("etag")).toBe('"1"');
  });

  it("is refused from the request after its revocation, for good", async () => {
    const token = await usable();
    const params = paramsOf(token);
    expect((await by(token.secret, "projects.list")).status).toBe(200);
    const revoked = await done("service-tokens.revoke", { params, headers: { "if-match": '"1"' } });
    expect(revoked.body).toMatchObject({ revokedAtMs: expect.any(Number), version: 2 });
    expect(await by(token.secret, "projects.list")).toMatchObject({
      status: 401,
      body: { code: "auth.required", token: "revoked" },
    });
    expect((await done("service-tokens.revoke", { params })).body).toEqual(revoked.body);
    const stale = { params, headers: { "if-match": '"1"' } };
    expect(await call("service-tokens.revoke", stale)).toMatchObject({
      status: 412,
      body: { code: "token.version-conflict" },
    });
  });

  it("is issued once, however often its request is repeated, and shown with the first answer", async () => {
    const params = { serviceAccount: await newAccount() };
    const headers = { "idempotency-key": crypto.randomUUID() };
    const sent = { params, headers, body: { name: "t", scopes: ["flags:read"] } };
    const first = await done("service-tokens.issue", sent);
    const second = await done("service-tokens.issue", sent);
    expect(first.body.secret).toContain(first.body.id);
    expect(second.body).toMatchObject({ id: first.body.id, secret: null });
    expect(second.body.note).toContain("rotate");
    expect((await done("service-tokens.list", { params })).body.items).toHaveLength(1);
  });
});

/** How long a new token is to live, in milliseconds. */
const expiryOf = async (more: object) => {
  const token = await usable(more);
  const { body } = await done("service-tokens.get", { params: paramsOf(token) });
  return body.expiresAtMs === null ? null : body.expiresAtMs - body.createdAtMs;
};

const expiryError = async (expiresAt: unknown) => {
  const params = { serviceAccount: await newAccount() };
  const got = await call("service-tokens.issue", {
    params,
    body: { name: "t", scopes: ["flags:read"], expiresAt },
  });
  expect(got).toMatchObject({ status: 400, body: { code: "request.invalid" } });
  return got.body.errors[0];
};

describe("the end of a token", () => {
  it("is 90 days away, at a moment in either form, or never for a service account", async () => {
    expect(await expiryOf({})).toBe(90 * DAY);
    expect(await expiryOf({ expiresAt: null })).toBeNull();
    const atMs = Date.now() + 10 * DAY;
    for (const expiresAt of [atMs, new Date(atMs).toISOString()]) {
      const token = await usable({ expiresAt });
      const { body } = await done("service-tokens.get", { params: paramsOf(token) });
      expect(body.expiresAtMs).toBe(atMs);
    }
  });

  it("is not past, not beyond a year, and not a word", async () => {
    expect(await expiryError(1)).toMatchObject({
      path: "/expiresAt",
      code: "already-past",
      message: expect.stringContaining("1970-01-01T00:00:00.001Z"),
    });
    expect(await expiryError(Date.now() + 366 * DAY)).toMatchObject({
      code: "too-late",
      message: expect.stringContaining("365 days"),
    });
    expect(await expiryError("tomorrow")).toMatchObject({
      path: "/expiresAt",
      message: expect.stringContaining("ISO 8601"),
    });
  });

  it("comes at its moment", async () => {
    const { secret } = await usable({ expiresAt: Date.now() + DAY });
    expect((await laterBy(DAY - MINUTE)(secret, "projects.list")).status).toBe(200);
    expect(await laterBy(DAY)(secret, "projects.list")).toMatchObject({
      status: 401,
      body: { token: "expired" },
    });
  });
});

describe("a misspelt scope", () => {
  it("is named with the one that was meant", async () => {
    const params = { serviceAccount: await newAccount() };
    const body = { name: "t", scopes: ["flags:read", "flag:write"] };
    const got = await call("service-tokens.issue", { params, body });
    expect(got.body.errors).toMatchObject([
      { path: "/scopes/1", message: expect.stringContaining('did you mean "flags:write"?') },
    ]);
  });
});

describe("what happens to tokens", () => {
  it("is in the audit log, without the secret or its hash", async () => {
    const token = await usable();
    await done("service-tokens.rotate", { params: paramsOf(token), body: { reason: "weekly" } });
    await done("service-tokens.revoke", { params: paramsOf(token) });
    const { results } = await env.DB.prepare(
      "SELECT action, outcome, reason FROM audit_log WHERE target_id = ? ORDER BY sequence",
    )
      .bind(token.id)
      .all();
    expect(results).toEqual([
      { action: "token.issue", outcome: "done", reason: null },
      { action: "token.rotate", outcome: "done", reason: "weekly" },
      { action: "token.revoke", outcome: "done", reason: null },
    ]);
  });
});
