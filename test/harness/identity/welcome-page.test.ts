import { createTestHarness, type TestHarness } from "wrangler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { codeOf } from "../../workers/identity/totp.ts";
import { Browser, chromiumFor } from "../docs-page/browser.ts";
import { ADMIN_TOKEN, AUTH_SECRET } from "../test-secrets.ts";

const PASSWORD = "correct horse battery staple";
const OWNER = "ada@example.com";
const program = chromiumFor("the sign-in page");

describe.skipIf(program === undefined)("the sign-in page", { timeout: 60_000 }, () => {
  let harness: TestHarness;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    harness = createTestHarness({
      root: ROOT,
      workers: [{ configPath: "wrangler.toml", secrets: { ADMIN_TOKEN, AUTH_SECRET } }],
    });
    const { url } = await harness.listen();
    await harness.getWorker("switchyard").applyD1Migrations("DB");
    // Browsers take cookies that are `Secure` from this name without TLS.
    origin = `http://localhost:${url.port}`;
    browser = await Browser.start(program!);
  });
  afterAll(async () => {
    await browser?.close();
    await harness?.close();
  });

  async function linkBy(path: string, body?: object): Promise<string> {
    const answer = await fetch(`${origin}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { link }: any = await answer.json();
    expect(link, String(answer.status)).toContain("/welcome#invitation=");
    return link;
  }

  async function open(url = `${origin}/welcome`): Promise<void> {
    await browser.open("about:blank");
    await browser.open(url);
    await until('document.querySelector("form:not([hidden])") !== null');
  }

  const until = (expression: string) =>
    browser.evaluate(
      `(async () => { while (!(${expression})) await new Promise((go) => setTimeout(go, 10)); })()`,
    );
  const text = (id: string): Promise<string> =>
    browser.evaluate(`document.getElementById("${id}").textContent`);
  const shown = (): Promise<string[]> =>
    browser.evaluate('[...document.querySelectorAll("form:not([hidden])")].map(({ id }) => id)');

  /** Types into a field of a form as people do. */
  async function type(form: string, field: string, words: string): Promise<void> {
    await browser.evaluate(`document.getElementById("${form}").elements.${field}.select()`);
    await browser.evaluate(`document.getElementById("${form}").elements.${field}.focus()`);
    await browser.call("Input.insertText", { text: words });
  }

  /** Presses a form's button, and waits until it has done its work. */
  async function press(form: string, value?: string): Promise<void> {
    const which = value === undefined ? "button" : `button[value=${value}]`;
    await browser.evaluate(`document.querySelector("#${form} ${which}").click()`);
    await until(`![...document.querySelectorAll("button")].some(({ disabled }) => disabled)`);
  }

  async function signIn(password: string): Promise<void> {
    await type("sign-in", "email", OWNER);
    await type("sign-in", "password", password);
    await press("sign-in", "sign-in");
  }

  it("takes the first owner in by the link, once", async () => {
    const link = await linkBy("/api/v1/first-owner-link");
    await open(link);
    expect(await shown()).toEqual(["join"]);
    // The secret is gone from the address bar.
    expect(await browser.evaluate("location.href")).toBe(`${origin}/welcome`);
    expect(await browser.evaluate("document.activeElement.name")).toBe("name");
    await type("join", "name", "Ada");
    await type("join", "email", OWNER);
    await type("join", "password", "too short");
    await press("join");
    expect(await shown(), "the browser itself says what is too short").toEqual(["join"]);
    await type("join", "password", PASSWORD);
    await press("join");
    expect(await text("status")).toContain("You are in");
    expect(await text("lead")).toContain(`Ada (${OWNER})`);

    await open(link);
    await press("accept");
    expect(await text("problem")).toContain("The link was used already");
  });

  it("signs out and in, and says what is wrong", async () => {
    await open();
    expect(await text("title")).toBe("You are signed in");
    await press("account");
    expect(await shown()).toEqual(["sign-in"]);
    expect(await text("status")).toBe("You are signed out.");
    await signIn("not the password at all");
    expect(await shown()).toEqual(["sign-in"]);
    expect(await text("problem")).toContain("The e-mail address or the password is wrong");
    expect(await browser.evaluate("document.activeElement.name")).toBe("password");
    await press("sign-in", "sign-in");
    expect(await text("problem")).toBe("The password is missing.");
    await press("sign-in", "provider");
    expect(await text("problem")).toContain("No identity provider speaks for this address");
    await signIn(PASSWORD);
    expect(await text("title")).toBe("You are signed in");
    expect(await text("problem")).toBe("");
  });

  it("sets up a second factor, asks for it, and takes a backup code for it", async () => {
    await open();
    await type("factor", "password", PASSWORD);
    await press("factor");
    expect(await shown()).toEqual(["confirm"]);
    const uri = await browser.evaluate('document.getElementById("otpauth").href');
    const [backup = ""] = (await text("backup")).split("\n");
    await type("confirm", "code", await codeOf(uri));
    await press("confirm");
    expect(await text("status")).toBe("The second factor is on.");

    await press("account");
    await signIn(PASSWORD);
    expect(await shown()).toEqual(["code"]);
    await type("code", "code", "000000");
    await press("code");
    expect(await text("problem")).toContain("The code is wrong");
    await type("code", "code", await codeOf(uri));
    await press("code");
    expect(await text("title")).toBe("You are signed in");

    await press("account");
    await signIn(PASSWORD);
    await type("code", "code", backup);
    await press("code");
    expect(await text("title")).toBe("You are signed in");
    await type("factor", "password", PASSWORD);
    await press("factor");
    expect(await text("status")).toBe("The second factor is off.");
  });

  it("takes an invitation up for whoever has an account, before and after signing in", async () => {
    await open();
    await press("account");
    const invited = await linkBy("/api/v1/invitations", {
      email: "grace@example.com",
      role: "viewer",
    });
    await open(invited);
    await type("join", "name", "Grace");
    await type("join", "password", PASSWORD);
    await press("join");
    expect(await text("lead")).toContain("Grace (grace@example.com)");

    // Of another person than is signed in.
    const other = await linkBy("/api/v1/invitations", {
      email: "mary@example.com",
      role: "viewer",
    });
    await open(other);
    expect(await shown()).toEqual(["accept", "account"]);
    await press("accept");
    expect(await text("problem")).toContain("the invitation is for another address");
    await press("account");
    expect(await shown()).toEqual(["sign-in"]);
  });

  it("says why a provider turned somebody away, as text and nothing else", async () => {
    await open(`${origin}/welcome#refused=${encodeURIComponent("<b>No group</b> gives a role.")}`);
    expect(await text("problem")).toBe("You were not signed in. <b>No group</b> gives a role.");
    // What a browser says of answers that refuse is no fault of the page.
    const faults = browser.complaints.filter((each) => !/status of 4\d\d/.test(each));
    expect(faults).toEqual([]);
  });
});
