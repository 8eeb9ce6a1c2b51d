import { describe, expect, it } from "vitest";
import { call, done } from "../control/api.ts";
import { by, laterBy, paramsOf, usable } from "./holders.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;

describe("a rotated token", () => {
  it("works beside its replacement for the overlap, and then no more", async () => {
    const old = await usable({ expiresAt: Date.now() + 30 * DAY });
    const params = paramsOf(old);
    const rotated = await done("service-tokens.rotate", {
      params,
      body: { overlapMs: 2 * DAY },
      headers: { "if-match": '"1"' },
    });
    const { secret, id, name, scopes, expiresAtMs, createdAtMs } = rotated.body;
    expect({ name, scopes }).toEqual({ name: "t", scopes: ["projects:read", "projects:write"] });
    expect(Math.abs(expiresAtMs - createdAtMs - 30 * DAY)).toBeLessThan(MINUTE);
    for (const each of [secret, old.secret]) {
      expect((await by(each, "projects.list")).status).toBe(200);
      expect((await laterBy(2 * DAY - MINUTE)(each, "projects.list")).status).toBe(200);
    }
    expect((await laterBy(2 * DAY)(secret, "projects.list")).status).toBe(200);
    const over = await laterBy(2 * DAY)(old.secret, "projects.list");
    expect(over).toMatchObject({ status: 401, body: { token: "expired" } });
    const after = await done("service-tokens.get", { params });
    expect(after.body).toMatchObject({ replacedBy: id, version: 2 });
    expect(await call("service-tokens.rotate", { params })).toMatchObject({
      status: 409,
      body: { code: "token.ended", why: "replaced", replacedBy: id },
    });
  });

  it("stops at once without an overlap, and takes another expiry for its replacement", async () => {
    const old = await usable();
    const params = paramsOf(old);
    const body = { overlapMs: 0, expiresAt: null };
    const rotated = await done("service-tokens.rotate", { params, body });
    expect(rotated.body.expiresAtMs).toBeNull();
    expect((await by(old.secret, "projects.list")).status).toBe(401);
    expect((await by(rotated.body.secret, "projects.list")).status).toBe(200);
  });

  it("is rotated once, however often the request is repeated", async () => {
    const old = await usable();
    const headers = { "idempotency-key": crypto.randomUUID() };
    const sent = { params: paramsOf(old), headers };
    const first = await done("service-tokens.rotate", sent);
    const second = await done("service-tokens.rotate", sent);
    expect(second.body).toMatchObject({ id: first.body.id, secret: null });
    const both = await done("service-tokens.list", { params: paramsOf(old) });
    expect(both.body.items).toHaveLength(2);
  });

  it("is not one that was revoked, nor goes on for more than a week", async () => {
    const token = await usable();
    const params = paramsOf(token);
    const long = { params, body: { overlapMs: 7 * DAY + 1 } };
    expect((await call("service-tokens.rotate", long)).body.errors).toMatchObject([
      { path: "/overlapMs" },
    ]);
    await done("service-tokens.revoke", { params });
    expect(await call("service-tokens.rotate", { params })).toMatchObject({
      status: 409,
      body: { code: "token.ended", why: "revoked" },
    });
  });

  it("has one replacement when two rotate it at once", async () => {
    const params = paramsOf(await usable());
    const both = [
      call("service-tokens.rotate", { params }),
      call("service-tokens.rotate", { params }),
    ];
    const outcomes = (await Promise.all(both)).map(({ status }) => status);
    expect([201, 409, 412]).toEqual(expect.arrayContaining(outcomes));
    expect(outcomes.filter((status) => status === 201)).toHaveLength(1);
    expect((await done("service-tokens.list", { params })).body.items).toHaveLength(2);
  });
});
