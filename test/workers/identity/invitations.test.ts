import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../../src/core/hash/sha256.ts";
import { PASSWORD, browser, installation } from "./a-browser.ts";
import { join, mailFor, manage, tokenOf } from "./people.ts";

const here = installation();
const accept = (body: object, by = browser(here)) => by.post("/api/auth/invitations/accept", body);
const ada = { name: "Ada", email: "ada@example.com", password: PASSWORD };

/** The secret of a first owner's link. */
const newLink = async () =>
  tokenOf((await manage(here, "people.first-owner-link")).body.link ?? "");

const expire = (token: string) =>
  env.DB.prepare("UPDATE invitations SET expires_at_ms = 1 WHERE token_hash = ?")
    .bind(sha256Hex(token))
    .run();

describe("the first owner's link", () => {
  beforeEach(async () => {
    await env.DB.batch(
      ["grants WHERE principal_kind = 'person'", "accounts", "members", "people"].map((rows) =>
        env.DB.prepare(`DELETE FROM ${rows}`),
      ),
    );
  });

  it("makes an owner who is signed in, and works once", async () => {
    const link = await manage(here, "people.first-owner-link");
    expect(link.body.link).toMatch(/^http:\/\/localhost\/welcome#invitation=[0-9a-f]{64}$/);
    const token = tokenOf(link.body.link);
    const owner = browser(here);
    expect(await accept({ token, ...ada }, owner)).toMatchObject({ status: 200 });
    expect(await owner.get("/api/auth/session")).toMatchObject({
      status: 200,
      body: { person: { name: "Ada", email: "ada@example.com" }, organisationId: "default" },
    });
    const { results } = await env.DB.prepare(
      "SELECT role, organisation_id FROM grants WHERE principal_kind = 'person'",
    ).all();
    expect(results).toEqual([{ role: "owner", organisation_id: null }]);
    expect(await accept({ token, ...ada, email: "eve@example.com" })).toMatchObject({
      status: 404,
      body: { code: "link.void", detail: expect.stringContaining("used already") },
    });
  });

  it("lets one of two in who open it at the same time", async () => {
    const token = await newLink();
    const all = await Promise.all(
      ["one", "two", "three"].map((name) =>
        accept({ token, ...ada, name, email: `${name}@example.com` }),
      ),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 404)).toHaveLength(2);
    const { results } = await env.DB.prepare("SELECT id FROM people").all();
    expect(results).toHaveLength(1);
  });

  it("is void when another was made, and when it has expired", async () => {
    const former = await newLink();
    const token = await newLink();
    expect((await accept({ token: former, ...ada })).body).toMatchObject({
      code: "link.void",
      detail: expect.stringContaining("replaced or cancelled"),
    });
    await expire(token);
    expect((await accept({ token, ...ada })).body).toMatchObject({
      code: "link.void",
      detail: expect.stringContaining("has expired"),
    });
    expect((await accept({ token: "0".repeat(64), ...ada })).body.code).toBe("link.void");
  });

  it("is neither made nor taken up once somebody can sign in", async () => {
    const token = await newLink();
    await env.DB.prepare(
      "INSERT INTO people (id, name, email, email_verified, created_at_ms, updated_at_ms) VALUES ('p', 'P', 'p@example.com', 1, 1, 1)",
    ).run();
    await env.DB.prepare(
      "INSERT INTO accounts (id, person_id, provider_id, account_id, created_at_ms, updated_at_ms) VALUES ('a', 'p', 'some-provider', 'x', 1, 1)",
    ).run();
    expect(await manage(here, "people.first-owner-link")).toMatchObject({
      status: 409,
      body: { code: "installation.has-people" },
    });
    expect((await accept({ token, ...ada })).body.code).toBe("link.void");
  });

  it.each([
    [{ name: "" }, "identity.refused", "name"],
    [{ email: "" }, "identity.refused", "email"],
    [{ email: "not an address" }, "identity.refused", "not an address"],
    [{ password: "too short" }, "password.length", "9 characters"],
  ])("with %j says %s, and can be tried again", async (wrong, code, told) => {
    const token = await newLink();
    const got = await accept({ token, ...ada, ...wrong });
    expect(got.body).toMatchObject({ code, detail: expect.stringContaining(told) });
    expect((await accept({ token, ...ada })).status).toBe(200);
  });
});

describe("an invitation", () => {
  it("goes out as a message, and makes a member with its role", async () => {
    const { email, browser: theirs } = await join(here, { role: "reviewer" });
    const session = await theirs.get("/api/auth/session");
    expect(session.body).toMatchObject({ person: { email }, organisationId: "default" });
    const { body } = await manage(here, "people.list", { query: { limit: "200" } });
    expect(body.items).toContainEqual(expect.objectContaining({ email, role: "reviewer" }));
    const invitations = await manage(here, "invitations.list", { query: { limit: "200" } });
    const its = invitations.body.items.find((each: { email: string }) => each.email === email);
    expect(its).toMatchObject({ state: "accepted", invitedBy: { kind: "service" } });
  });

  it("is for its address alone, whatever address is given", async () => {
    const email = `p-${crypto.randomUUID()}@example.com`;
    await manage(here, "invitations.create", {
      body: { email: email.toUpperCase(), role: "viewer" },
    });
    const token = /#invitation=([0-9a-f]+)/.exec(await mailFor(here, email))?.[1] ?? "";
    const theirs = browser(here);
    await accept({ token, ...ada, email: "eve@example.com" }, theirs);
    expect((await theirs.get("/api/auth/session")).body.person.email).toBe(email);
  });

  it("shows no link where messages go out, and the link where they do not, that once", async () => {
    const body = { email: `p-${crypto.randomUUID()}@example.com`, role: "viewer" };
    const kept = await manage(here, "invitations.create", { body });
    expect(kept.body).toMatchObject({ delivery: "kept", link: null });
    const silent = installation({ DEV_MAIL: "" });
    const headers = { "idempotency-key": crypto.randomUUID() };
    const first = await manage(silent, "invitations.create", { body, headers });
    expect(first.body).toMatchObject({ delivery: "none", link: expect.stringContaining("#") });
    const again = await manage(silent, "invitations.create", { body, headers });
    expect(again.body).toEqual({ ...first.body, link: null });
    const list = await manage(silent, "invitations.list", { query: { limit: "200" } });
    expect(JSON.stringify(list.body)).not.toContain(tokenOf(first.body.link));
  });

  it("can be cancelled until it is taken up", async () => {
    const email = `p-${crypto.randomUUID()}@example.com`;
    const made = await manage(here, "invitations.create", { body: { email, role: "viewer" } });
    const params = { invitation: made.body.id };
    const token = /#invitation=([0-9a-f]+)/.exec(await mailFor(here, email))?.[1] ?? "";
    for (const _ of ["once", "again"]) {
      const cancelled = await manage(here, "invitations.cancel", { params });
      expect(cancelled.body.state).toBe("cancelled");
    }
    expect((await accept({ token, ...ada })).body.code).toBe("link.void");
    const unknown = await manage(here, "invitations.cancel", { params: { invitation: "nothing" } });
    expect(unknown).toMatchObject({ status: 404, body: { code: "invitation.not-found" } });
  });

  it("cannot be cancelled when it was taken up: the membership ends another way", async () => {
    const { email } = await join(here);
    const { body } = await manage(here, "invitations.list", { query: { limit: "200" } });
    const taken = body.items.find((each: { email: string }) => each.email === email);
    const params = { invitation: taken.id };
    expect(await manage(here, "invitations.cancel", { params })).toMatchObject({
      status: 409,
      body: { code: "invitation.ended" },
    });
  });

  it("gives no more than whoever invites may do", async () => {
    const invites = async (role: string, wanted: string) => {
      const { browser: theirs } = await join(here, { role });
      const body = { email: `p-${crypto.randomUUID()}@example.com`, role: wanted };
      const { status, body: told } = await theirs.post("/api/v1/invitations", body);
      return [status, told.code];
    };
    expect(await invites("owner", "owner")).toEqual([201, undefined]);
    expect(await invites("admin", "admin")).toEqual([201, undefined]);
    expect(await invites("admin", "owner")).toEqual([403, "person.role-beyond-own"]);
    expect(await invites("editor", "viewer")).toEqual([403, "auth.scope-missing"]);
    const { browser: owner } = await join(here, { role: "owner" });
    const link = await owner.post("/api/v1/first-owner-link");
    expect(link).toMatchObject({ status: 403, body: { code: "person.role-beyond-own" } });
  });

  it("takes a role of the organisation's own, which then says what the member may do", async () => {
    const key = `kills-${crypto.randomUUID()}`;
    const scopes = ["projects:read", "flags:read", "flags:kill"];
    await manage(here, "roles.create", { body: { key, name: "Kills", scopes } });
    const { email, browser: theirs } = await join(here, { role: key });
    const { body: me } = await theirs.get("/api/v1/me");
    expect(me.everywhere.toSorted()).toEqual(scopes.toSorted());
    const { body: people } = await manage(here, "people.list", { query: { limit: "200" } });
    expect(people.items).toContainEqual(expect.objectContaining({ email, role: key }));
    const inUse = { params: { role: key }, headers: { "if-match": "*" } };
    expect((await manage(here, "roles.delete", inUse)).body.code).toBe("role.in-use");
  });

  it("keeps its role from being deleted while it is open", async () => {
    const key = `open-${crypto.randomUUID()}`;
    await manage(here, "roles.create", { body: { key, name: "Open", scopes: ["flags:read"] } });
    const email = `p-${crypto.randomUUID()}@example.com`;
    const { body } = await manage(here, "invitations.create", { body: { email, role: key } });
    const remove = () =>
      manage(here, "roles.delete", { params: { role: key }, headers: { "if-match": "*" } });
    expect((await remove()).body.code).toBe("role.in-use");
    await manage(here, "invitations.cancel", { params: { invitation: body.id } });
    expect((await remove()).status).toBeLessThan(300);
  });

  it("gives no role of the organisation's own that allows more than whoever invites may do", async () => {
    const key = `more-${crypto.randomUUID()}`;
    const name = "More";
    const scopes = ["members:write", "flags:read"];
    await manage(here, "roles.create", { body: { key, name, scopes } });
    const inviter = `inviter-${crypto.randomUUID()}`;
    const few = { key: inviter, name: "Invites", scopes: ["members:read", "members:write"] };
    await manage(here, "roles.create", { body: few });
    const { browser: theirs } = await join(here, { role: inviter });
    const invites = (role: string) =>
      theirs.post("/api/v1/invitations", { email: `p-${crypto.randomUUID()}@example.com`, role });
    expect(await invites(inviter)).toMatchObject({ status: 201 });
    const refused = { code: "person.role-beyond-own", scopes: ["flags:read"] };
    expect(await invites(key)).toMatchObject({ status: 403, body: refused });
  });

  it("takes no role that the organisation does not have, be it another's", async () => {
    await env.DB.prepare(
      "INSERT INTO organisations (id, name, created_at_ms) VALUES ('foreign', 'Foreign', 0)",
    ).run();
    await env.DB.prepare(
      "INSERT INTO roles (organisation_id, key, name, scopes, version, created_at_ms, updated_at_ms) VALUES (?, 'theirs', 'T', '[]', 1, 1, 1)",
    )
      .bind("foreign")
      .run();
    const email = `p-${crypto.randomUUID()}@example.com`;
    for (const role of ["theirs", "no-such-role"]) {
      const got = await manage(here, "invitations.create", { body: { email, role } });
      expect(got).toMatchObject({ status: 404, body: { code: "role.not-found" } });
    }
  });

  it("is not made for a member, or for what is no address", async () => {
    const { email } = await join(here);
    const again = await manage(here, "invitations.create", { body: { email, role: "viewer" } });
    expect(again).toMatchObject({ status: 409, body: { code: "person.already-member" } });
    const wrong = { email: "ada at example", role: "viewer" };
    const refused = await manage(here, "invitations.create", { body: wrong });
    expect(refused.body).toMatchObject({ code: "request.invalid", errors: [{ path: "/email" }] });
  });

  it("asks somebody who has an account to sign in, and then needs nothing more", async () => {
    const { email, browser: theirs } = await join(here);
    await env.DB.prepare(
      "INSERT OR IGNORE INTO organisations (id, name, created_at_ms) VALUES ('other', 'Other', 0)",
    ).run();
    const token = "ab".repeat(32);
    await env.DB.prepare(
      "INSERT INTO invitations (id, organisation_id, email, role, token_hash, invited_by_kind, invited_by_id, invited_by_name, created_at_ms, expires_at_ms) VALUES ('i2', 'other', ?, 'viewer', ?, 'user', 'u', 'U', 1, ?)",
    )
      .bind(email, sha256Hex(token), Date.now() + 60_000)
      .run();
    expect((await accept({ token, ...ada })).body.code).toBe("link.sign-in-first");
    const { browser: another } = await join(here);
    expect((await accept({ token }, another)).body.code).toBe("link.of-another");
    expect((await accept({ token }, theirs)).status).toBe(200);
    const entered = await theirs.post("/api/auth/organisation", { organisationId: "other" });
    expect(entered.status).toBe(200);
    const { body } = await theirs.get("/api/auth/session");
    expect(body).toMatchObject({ organisationId: "other" });
    expect(body.organisations.map(({ id }: { id: string }) => id)).toEqual(["default", "other"]);
    const foreign = await another.post("/api/auth/organisation", { organisationId: "other" });
    expect(foreign).toMatchObject({ status: 404, body: { code: "organisation.not-found" } });
  });
});
