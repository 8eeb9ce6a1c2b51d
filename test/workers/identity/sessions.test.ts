import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ORIGIN, PASSWORD, browser, installation } from "./a-browser.ts";
import { entriesOf, isIn, join, mailFor, manage, signIn } from "./people.ts";

const here = installation();
describe("signing in", () => {
  it("begins a session that no script reads and no other site sends along", async () => {
    const { email } = await join(here);
    const theirs = browser(here);
    const got = await signIn(theirs, email.toUpperCase());
    expect(got).toMatchObject({ status: 200, body: { twoFactorRequired: false } });
    expect(got.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-switchyard\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    expect(got.headers.get("cache-control")).toBe("no-store");
    expect(await isIn(theirs)).toBe(true);
    expect(await entriesOf("session.create", email)).toEqual(["done", "done"]);
  });

  it("is refused with a wrong password as with an unknown address, and both are recorded", async () => {
    const { email } = await join(here);
    const stranger = browser(here);
    const wrong = await signIn(stranger, email, "not the password");
    const unknown = await signIn(stranger, "nobody@example.com");
    expect(wrong).toMatchObject({ status: 401, body: { code: "sign-in.refused" } });
    const { requestId: _, ...told } = wrong.body;
    expect(unknown.body).toMatchObject(told);
    expect(stranger.cookies.size).toBe(0);
    expect(await entriesOf("session.create", email)).toEqual(["done", "refused"]);
    expect(await entriesOf("session.create", "unknown")).toContain("refused");
    expect(await entriesOf("session.create", "nobody@example.com")).toEqual([]);
  });

  it("is not for a deactivated person, whose sessions stop counting at once", async () => {
    const { email, browser: theirs } = await join(here);
    await env.DB.prepare("UPDATE people SET deactivated_at_ms = 1 WHERE email = ?")
      .bind(email)
      .run();
    expect(await isIn(theirs)).toBe(false);
    const got = await signIn(browser(here), email);
    expect(got).toMatchObject({ status: 403, body: { code: "sign-in.deactivated" } });
  });

  it("makes nobody of a stranger", async () => {
    const stranger = browser(here);
    const body = { email: "eve@example.com", password: PASSWORD, name: "Eve" };
    for (const path of ["sign-up/email", "sign-in/social", "update-user", "delete-user", "ok"]) {
      expect((await stranger.post(`/api/auth/${path}`, body)).status, path).toBe(404);
    }
    const { results } = await env.DB.prepare("SELECT id FROM people WHERE name = 'Eve'").all();
    expect(results).toEqual([]);
  });

  it("is slowed after ten wrong passwords, for the right one too, and for that address alone", async () => {
    const { email } = await join(here);
    const guessing = browser(here);
    const codes: string[] = [];
    for (let tries = 0; tries < 11; tries += 1) {
      codes.push((await signIn(guessing, email, `guess ${tries}`)).body.code);
    }
    expect(codes).toEqual([...Array(10).fill("sign-in.refused"), "sign-in.too-many-attempts"]);
    const right = await signIn(browser(here), email);
    expect(right.status).toBe(429);
    expect(Number(right.headers.get("retry-after"))).toBeGreaterThan(60);
    const { email: another } = await join(here);
    expect((await signIn(browser(here), another)).status).toBe(200);
    await env.DB.prepare("UPDATE attempts SET window_ends_ms = 1").run();
    expect((await signIn(browser(here), email)).status).toBe(200);
  });

  it("needs the secret that signs cookies, and says so", async () => {
    const closed = installation({ AUTH_SECRET: "too short" });
    const got = await signIn(browser(closed), "ada@example.com");
    expect(got).toMatchObject({
      status: 503,
      body: {
        code: "configuration.auth-secret",
        detail: expect.stringContaining("wrangler secret put AUTH_SECRET"),
      },
    });
  });

  it.each([
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "content-type": "text/plain" }, 403],
  ])("is refused to another site's page, known by %j", async (headers, status) => {
    const body = { email: "ada@example.com", password: PASSWORD };
    const got = await browser(here).post("/api/auth/sign-in/email", body, headers);
    expect(got).toMatchObject({ status, body: { code: "auth.origin-refused" } });
  });
});

describe("a session", () => {
  it("ends with signing out, on the server too", async () => {
    const { email, browser: theirs } = await join(here);
    const stolen = browser(here);
    for (const [name, value] of theirs.cookies) stolen.cookies.set(name, value);
    expect((await theirs.post("/api/auth/sign-out")).status).toBe(200);
    expect(theirs.cookies.size).toBe(0);
    expect(await isIn(stolen)).toBe(false);
    expect(await entriesOf("session.end", email)).toEqual(["done"]);
  });

  it("is listed to its person, and can be ended from another, at once", async () => {
    const { email, browser: laptop } = await join(here);
    const phone = browser(here);
    await signIn(phone, email);
    const { body } = await laptop.get("/api/auth/sessions");
    expect(body.items.map(({ current }: { current: boolean }) => current)).toEqual([false, true]);
    const path = `/api/auth/sessions/${body.items[0].id}/end`;
    const { browser: foreign } = await join(here);
    expect((await foreign.post(path)).body.code).toBe("session.not-found");
    expect(await isIn(phone)).toBe(true);
    expect((await laptop.post(path)).status).toBe(200);
    expect(await isIn(phone)).toBe(false);
    expect(await isIn(laptop)).toBe(true);
    expect((await laptop.post(path)).body.code).toBe("session.not-found");
    expect(await entriesOf("session.end", email)).toEqual(["done"]);
  });

  it("stays alone when its person ends all others, and ends when an administrator ends all", async () => {
    const { email, browser: laptop } = await join(here);
    const others = [browser(here), browser(here)];
    for (const other of others) await signIn(other, email);
    const ended = await laptop.post("/api/auth/sessions/end-others");
    expect(ended.body).toEqual({ ended: 2 });
    expect(await Promise.all([laptop, ...others].map(isIn))).toEqual([true, false, false]);
    const { person } = (await laptop.get("/api/auth/session")).body;
    const all = await manage(here, "people.end-sessions", { params: { person: person.id } });
    expect(all.body).toEqual({ id: person.id, ended: 1 });
    expect(await isIn(laptop)).toBe(false);
    const unknown = await manage(here, "people.end-sessions", { params: { person: "nobody" } });
    expect(unknown).toMatchObject({ status: 404, body: { code: "person.not-found" } });
  });

  it("counts for no longer than it lives, and only while its person is a member", async () => {
    const { email, browser: theirs } = await join(here);
    const whose = "(SELECT id FROM people WHERE email = ?)";
    const run = (sql: string, of: string) => env.DB.prepare(`${sql} ${whose}`).bind(of).run();
    expect(await isIn(theirs)).toBe(true);
    await run("DELETE FROM members WHERE person_id =", email);
    expect(await isIn(theirs)).toBe(false);
    const { email: second, browser: other } = await join(here);
    await run("UPDATE sessions SET expires_at_ms = 1 WHERE person_id =", second);
    expect(await isIn(other)).toBe(false);
  });

  it("is nobody's when its cookie is not as we signed it", async () => {
    const { browser: theirs } = await join(here);
    const [name = "", value = ""] = [...theirs.cookies][0] ?? [];
    const [token = ""] = value.split(".");
    const changed = {
      "another signature": value.replace(/.{8}$/, "AAAAAA%3D"),
      "another token": `x${value.slice(1)}`,
      "no signature": token,
      nothing: "",
      "an escape that is none": `%${value}`,
    };
    for (const [what, wrong] of Object.entries(changed)) {
      theirs.cookies.set(name, wrong);
      const got = await theirs.get("/api/auth/session");
      expect(got, what).toMatchObject({ status: 401, body: { code: "session.required" } });
    }
    theirs.cookies.set(name, value);
    expect(await isIn(theirs)).toBe(true);
  });

  it("is kept as a hash: the database opens none", async () => {
    const { browser: theirs } = await join(here);
    const token = [...theirs.cookies.values()].join("").split(".")[0] ?? "none";
    const { results } = await env.DB.prepare("SELECT * FROM sessions").all();
    expect(results.length).toBeGreaterThan(0);
    expect(JSON.stringify(results)).not.toContain(token);
  });
});

describe("a password", () => {
  const next = "another horse battery";

  it("is changed by whoever knows it, which ends every other session", async () => {
    const { email, browser: laptop } = await join(here);
    const phone = browser(here);
    await signIn(phone, email);
    const change = (currentPassword: string, newPassword: string) =>
      laptop.post("/api/auth/change-password", { currentPassword, newPassword });
    expect((await change("not the password", next)).body.code).toBe("password.wrong");
    expect((await change(PASSWORD, "too short")).body.code).toBe("request.invalid");
    expect((await change(PASSWORD, next)).status).toBe(200);
    expect(await isIn(laptop)).toBe(true);
    expect(await isIn(phone)).toBe(false);
    expect((await signIn(phone, email)).status).toBe(401);
    expect((await signIn(phone, email, next)).status).toBe(200);
    expect(await entriesOf("password.change", email)).toEqual(["done"]);
  });

  it("is set anew by a link that works once, which ends every session", async () => {
    const { email, browser: theirs } = await join(here);
    const anyone = browser(here);
    const ask = (address: string) =>
      anyone.post("/api/auth/request-password-reset", { email: address });
    const known = await ask(email);
    const unknown = await ask("nobody@example.com");
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    const token = /#reset=([0-9A-Za-z]+)/.exec(await mailFor(here, email))?.[1] ?? "";
    const reset = () => anyone.post("/api/auth/reset-password", { token, newPassword: next });
    expect((await reset()).status).toBe(200);
    expect(await reset()).toMatchObject({ status: 404, body: { code: "link.void" } });
    expect(await isIn(theirs)).toBe(false);
    expect((await signIn(anyone, email, next)).status).toBe(200);
    expect(await entriesOf("password.reset", email)).toEqual(["done"]);
  });

  it("is set anew by a link to where requests come, if PUBLIC_ORIGIN is empty", async () => {
    const there = installation({ PUBLIC_ORIGIN: "" });
    const { email } = await join(there);
    await browser(there).post("/api/auth/request-password-reset", { email });
    expect(await mailFor(there, email)).toContain(`${ORIGIN}/welcome#reset=`);
  });

  it("cannot be asked for by message more than five times an hour, or where none go out", async () => {
    const { email } = await join(here);
    const asked: number[] = [];
    for (let times = 0; times < 6; times += 1) {
      const path = "/api/auth/request-password-reset";
      asked.push((await browser(here).post(path, { email })).status);
    }
    expect(asked).toEqual([200, 200, 200, 200, 200, 429]);
    const silent = installation({ DEV_MAIL: "" });
    const got = await browser(silent).post("/api/auth/request-password-reset", { email });
    expect(got.body.code).toBe("identity.refused");
  });
});

describe("what is written down", () => {
  it("has no password, token, code or link in it", async () => {
    const { lines } = here;
    const secrets = [PASSWORD, "another horse battery"];
    const { email, browser: theirs } = await join(here);
    secrets.push(...[...theirs.cookies.values()].flatMap((value) => [value, value.split(".")[0]!]));
    const begun = await theirs.post("/api/auth/two-factor/enable", { password: PASSWORD });
    secrets.push(
      ...begun.body.backupCodes,
      new URL(begun.body.totpUri).searchParams.get("secret") ?? "missing",
    );
    await theirs.post("/api/auth/request-password-reset", { email });
    secrets.push(/#reset=([0-9A-Za-z]+)/.exec(await mailFor(here, email))?.[1] ?? "missing");
    const { results } = await env.DB.prepare("SELECT * FROM audit_log").all();
    const { results: verifications } = await env.DB.prepare("SELECT * FROM verifications").all();
    const written = JSON.stringify([lines, results, verifications]);
    expect(lines.length).toBeGreaterThan(5);
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  });

  it("shows messages on this machine alone, and only where they are kept", async () => {
    expect((await browser(here).get("/dev/mail")).status).toBe(200);
    const rebound = await here.fetch(new Request("http://evil.example/dev/mail"));
    expect(rebound.status).toBe(404);
    const production = installation({ DEV_MAIL: "" });
    expect((await browser(production).get("/dev/mail")).status).toBe(404);
  });

  it("has a page for links that runs only what it brought", async () => {
    const page = await browser(here).get("/welcome");
    expect(page.headers.get("content-security-policy")).toMatch(
      /default-src 'none'; script-src 'nonce-[^']+'/,
    );
    expect(page.body).not.toContain("__NONCE__");
  });
});
