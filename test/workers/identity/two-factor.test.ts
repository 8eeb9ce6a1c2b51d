import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { PASSWORD, browser, installation } from "./a-browser.ts";
import { entriesOf, isIn, join, manage, signIn } from "./people.ts";
import { codeOf } from "./totp.ts";

const here = installation();

/** Somebody with a second factor. */
async function enrolled() {
  const { email, browser: theirs } = await join(here);
  const begun = await theirs.post("/api/auth/two-factor/enable", { password: PASSWORD });
  const { totpUri, backupCodes } = begun.body;
  const verified = await theirs.post("/api/auth/two-factor/verify-totp", {
    code: await codeOf(totpUri),
  });
  expect(verified.status).toBe(200);
  return { email, theirs, totpUri, backupCodes };
}

describe("a second factor", () => {
  it("is asked for after the password, and nothing goes without it", async () => {
    const { email, theirs, totpUri } = await enrolled();
    expect((await theirs.get("/api/auth/session")).body.person.twoFactorEnabled).toBe(true);
    const phone = browser(here);
    expect((await signIn(phone, email)).body).toEqual({ twoFactorRequired: true });
    expect(await isIn(phone)).toBe(false);
    const wrong = await phone.post("/api/auth/two-factor/verify-totp", { code: "000000" });
    expect(wrong).toMatchObject({ status: 401, body: { code: "two-factor.refused" } });
    const right = { code: await codeOf(totpUri) };
    expect((await phone.post("/api/auth/two-factor/verify-totp", right)).status).toBe(200);
    expect(await isIn(phone)).toBe(true);
    expect(await entriesOf("two-factor.enable", email)).toEqual(["done"]);
    expect(await entriesOf("session.create", email)).toEqual(["done", "refused", "done"]);
  });

  it("is demanded of everyone with a password where the preset says so", async () => {
    const { browser: without } = await join(here);
    const { theirs: having } = await enrolled();
    const preset = (name: string) =>
      manage(here, "compliance.patch", {
        headers: { "if-match": "*", "x-switchyard-reason": "A test of second factors." },
        body: { preset: name },
      });
    expect((await preset("strict")).status).toBe(200);
    try {
      expect(await without.get("/api/v1/projects")).toMatchObject({
        status: 403,
        body: { code: "auth.second-factor-missing" },
      });
      expect((await having.get("/api/v1/projects")).status).toBe(200);
    } finally {
      await preset("standard");
    }
  });

  it("can be a backup code, each once", async () => {
    const { email, backupCodes } = await enrolled();
    const [code] = backupCodes;
    const path = "/api/auth/two-factor/verify-backup-code";
    const outcomes: number[] = [];
    for (const phone of [browser(here), browser(here)]) {
      await signIn(phone, email);
      outcomes.push((await phone.post(path, { code })).status);
    }
    expect(outcomes).toEqual([200, 401]);
  });

  it("allows a few wrong codes, then asks for the password again", async () => {
    const { email, totpUri } = await enrolled();
    const phone = browser(here);
    await signIn(phone, email);
    const codes: string[] = [];
    for (let tries = 0; tries < 6; tries += 1) {
      const got = await phone.post("/api/auth/two-factor/verify-totp", { code: "000000" });
      codes.push(got.body.code);
    }
    expect(codes).toContain("sign-in.too-many-attempts");
    const code = await codeOf(totpUri);
    expect((await phone.post("/api/auth/two-factor/verify-totp", { code })).status).toBe(401);
  });

  it("is set up and taken away only with the password, and its secret is kept encrypted", async () => {
    const { email, theirs, totpUri } = await enrolled();
    for (const path of ["enable", "disable", "generate-backup-codes"]) {
      const got = await theirs.post(`/api/auth/two-factor/${path}`, { password: "a wrong one" });
      expect(got.body.code, path).toBe("password.wrong");
    }
    const { results } = await env.DB.prepare("SELECT * FROM two_factors").all();
    const secret = new URL(totpUri).searchParams.get("secret") ?? "none";
    expect(JSON.stringify(results)).not.toContain(secret);
    const off = await theirs.post("/api/auth/two-factor/disable", { password: PASSWORD });
    expect(off.status).toBe(200);
    expect((await signIn(browser(here), email)).body).toEqual({ twoFactorRequired: false });
    expect(await entriesOf("two-factor.disable", email)).toEqual(["done"]);
  });
});
