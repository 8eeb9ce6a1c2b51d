import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { parseBreakGlassSecret } from "../../../src/core/authority/break-glass-secret.ts";
import { call, done, newPlace, readAll } from "./api.ts";

const YEAR_MS = 365 * 86_400_000;

it("a break-glass key's private half is shown once, and stored nowhere", async () => {
  const params = await newPlace("dev");
  const sent = {
    params,
    body: { name: "on-call safe", reason: "drill" },
    headers: { "idempotency-key": crypto.randomUUID() },
  };
  const issued = await done("break-glass-keys.issue", sent);
  const { id, secret, publicKey } = issued.body;
  const read = parseBreakGlassSecret(secret);
  expect(read).toMatchObject({ ok: true, value: { keyId: id } });
  if (!read.ok) return;

  const again = await done("break-glass-keys.issue", sent);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.body).toMatchObject({ id, secret: null, publicKey });
  expect(again.body.note).toContain("revoke this key");

  const { seed, environmentId } = read.value;
  const kept = await runInDurableObject(env.ENVIRONMENTS.getByName(environmentId), (_, state) =>
    JSON.stringify([...state.storage.sql.exec("SELECT * FROM document_versions")]),
  );
  expect(kept).toContain(publicKey);
  expect(kept).not.toContain(seed);
  const answers = await env.DB.prepare("SELECT * FROM idempotency_keys").all();
  expect(JSON.stringify(answers.results)).toContain(publicKey);
  expect(JSON.stringify(answers.results)).not.toContain(seed);
});

it("a break-glass key whose answer was lost is found again by its request, without the secret", async () => {
  const params = await newPlace("dev");
  const sent = {
    params,
    body: { name: "safe" },
    headers: { "idempotency-key": crypto.randomUUID() },
  };
  const first = await done("break-glass-keys.issue", sent);
  await env.DB.prepare(
    "UPDATE idempotency_keys SET status = NULL, body = NULL, lease_until_ms = 0",
  ).run();
  const again = await done("break-glass-keys.issue", sent);
  expect(again.body).toMatchObject({ id: first.body.id, secret: null });
  expect(await readAll("break-glass-keys.list", { params }, 1)).toHaveLength(1);
});

it("break-glass keys are listed and read with what they are, and revoked for good", async () => {
  const params = await newPlace("dev");
  for (const name of ["safe", "vault", "phone"]) {
    await done("break-glass-keys.issue", { params, body: { name } });
  }
  const listed = await readAll("break-glass-keys.list", { params }, 2);
  expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(["phone", "safe", "vault"]));
  const [one] = listed;
  const at = { ...params, breakGlassKey: one.id };
  expect((await done("break-glass-keys.get", { params: at })).body).toEqual(one);
  const stale = { params: at, headers: { "if-match": '"4"' } };
  const conflict = await call("break-glass-keys.revoke", stale);
  expect(conflict.body).toMatchObject({ code: "break-glass-key.version-conflict", actual: 1 });
  expect(conflict.body.detail).toContain("version 4 of break-glass key");
  const revoked = await done("break-glass-keys.revoke", { params: at, body: { reason: "moved" } });
  expect(revoked.body.revokedAtMs).toBeGreaterThan(0);
  expect((await done("break-glass-keys.revoke", { params: at })).body).toEqual(revoked.body);
  const none = await call("break-glass-keys.get", { params: { ...params, breakGlassKey: "none" } });
  expect(none).toMatchObject({ status: 404, body: { code: "break-glass-key.not-found" } });
  expect(none.body.detail).toContain('no break-glass key "none"');
});

it("break-glass keys expire after a year, when it was said, or never, and the list says when", async () => {
  const params = await newPlace("dev");
  const issue = (body: object) => call("break-glass-keys.issue", { params, body });
  const began = Date.now();
  const { body: usual } = await issue({ name: "usual" });
  expect(usual.expiresAtMs - YEAR_MS).toBeGreaterThanOrEqual(began);
  expect(usual.expiresAtMs - YEAR_MS).toBeLessThanOrEqual(Date.now());
  const { body: said } = await issue({ name: "said", expiresAtMs: began + 60_000 });
  const { body: never } = await issue({ name: "never", expiresAtMs: null });
  const listed = await readAll("break-glass-keys.list", { params }, 5);
  expect(Object.fromEntries(listed.map(({ name, expiresAtMs }) => [name, expiresAtMs]))).toEqual({
    usual: usual.expiresAtMs,
    said: began + 60_000,
    never: null,
  });
  expect([said.expiresAtMs, never.expiresAtMs]).toEqual([began + 60_000, null]);
  const past = await issue({ name: "past", expiresAtMs: began - 1 });
  expect(past).toMatchObject({
    status: 400,
    body: { code: "request.invalid", errors: [{ path: "/expiresAtMs", code: "already-past" }] },
  });
});
