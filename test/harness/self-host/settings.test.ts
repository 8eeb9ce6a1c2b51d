import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../house/running.ts";
import { PATIENCE_MS, type Running, selfHost } from "./self-host-process.ts";

const TOKEN = "an-admin-token-that-an-operator-has-chosen";
const KEYS = ["k1", "k2"].map((id) => `${id}:${btoa(id.repeat(16))}`);
const PUBLIC = "https://flags.example.com";

describe("what an operator writes into worker.env", () => {
  let state: string;
  let port: number;
  let running: Running;
  let provider: Server;
  const asked: string[] = [];

  const file = () => join(state, "worker.env");
  const issuer = () => `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;

  async function startWith(keys: string): Promise<void> {
    const lines = [
      "# Of this machine.",
      `export ADMIN_TOKEN="${TOKEN}"`,
      "AUTH_SECRET='an auth secret that an operator has chosen'",
      `AUDIT_KEYS=${keys}`,
      `PUBLIC_ORIGIN="${PUBLIC}"`,
      "CLIENT_ADDRESS_HEADER=x-real-ip",
      "FAILED_SIGN_IN_RATE=1/m burst 2",
      `IDENTITY_ORIGINS=${issuer()}`,
      "ACCESS_TEAM_DOMAIN=team",
      "ACCESS_AUD=f00",
      "PUBLIC_ORIGN=a typing error",
    ];
    writeFileSync(file(), `${lines.join("\n")}\n`);
    running = selfHost("--port", String(port), "--state", state);
    await running.printed;
  }

  async function ask(method: string, path: string, body?: object, headers: object = {}) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        "content-type": "application/json",
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as any };
  }

  async function wrong(address: string): Promise<number> {
    const headers = { authorization: "Bearer wrong", "x-real-ip": address };
    return (await ask("GET", "/api/v1/projects", undefined, headers)).status;
  }

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), "switchyard-settings-"));
    port = await freePort();
    provider = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(404).end();
    }).listen(0, "127.0.0.1");
    await once(provider, "listening");
    await startWith(KEYS[0]!);
  }, PATIENCE_MS);
  afterAll(async () => {
    running?.kill("SIGTERM");
    await running?.ended;
    provider.close();
    rmSync(state, { recursive: true, force: true });
  }, PATIENCE_MS);

  it("is kept as it is, and what is no setting is named", () => {
    const text = readFileSync(file(), "utf8");
    expect(text).toContain("# Of this machine.");
    expect(text.match(/^(?:export )?[A-Z_]+=/gm)).toHaveLength(10);
    expect(running.output().match(/^(.*) in .* is no setting/gm)).toEqual([
      `PUBLIC_ORIGN in ${file()} is no setting`,
    ]);
  });

  it("ADMIN_TOKEN opens the API, and PUBLIC_ORIGIN is where links lead", async () => {
    expect((await ask("GET", "/api/v1/projects")).status).toBe(200);
    expect(running.output()).toContain(`${PUBLIC}/welcome#invitation=`);
  });

  it("AUTH_SECRET and PUBLIC_ORIGIN let the installation's own pages sign in", async () => {
    const body = { email: "nobody@example.com", password: "no password" };
    const from = (origin: string) => ask("POST", "/api/auth/sign-in/email", body, { origin });
    expect((await from(PUBLIC)).body.code).toBe("sign-in.refused");
    expect((await from(`http://127.0.0.1:${port}`)).body.code).toBe("auth.origin-refused");
  });

  it("CLIENT_ADDRESS_HEADER and FAILED_SIGN_IN_RATE count by address", async () => {
    const one = [await wrong("192.0.2.1"), await wrong("192.0.2.1"), await wrong("192.0.2.1")];
    expect(one).toEqual([401, 401, 429]);
    expect(await wrong("192.0.2.2")).toBe(401);
  });

  it("IDENTITY_ORIGINS lets a provider on this very machine be asked", async () => {
    const made = await ask("POST", "/api/v1/identity-providers", {
      name: "Login",
      domains: ["example.com"],
      settings: { kind: "oidc", issuer: issuer(), clientId: "switchyard" },
      clientSecret: "the secret that the provider gave",
      roles: { default: "viewer" },
    });
    expect(made.status).toBe(201);
    const begin = { provider: made.body.id };
    const begun = await ask("POST", "/api/auth/sign-in/sso", begin, { origin: PUBLIC });
    expect(begun.body.code).toBe("sign-in.provider-unreachable");
    expect(asked).toEqual(["/.well-known/openid-configuration"]);
  });

  it("ACCESS_TEAM_DOMAIN and ACCESS_AUD have assertions looked at", async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/projects`, {
      headers: { "cf-access-jwt-assertion": "nonsense", "x-real-ip": "192.0.2.3" },
    });
    expect(await answer.text()).toContain("The assertion of Cloudflare Access is refused");
  });

  it(
    "AUDIT_KEYS seal the audit log's details, and nothing else opens them",
    async () => {
      await ask("POST", "/api/v1/projects", { key: "shop" });
      const newest = async () => {
        const { body } = await ask("GET", "/api/v1/audit?action=project.create");
        return body.items[0].detail;
      };
      expect(await newest()).toBe("kept");
      running.kill("SIGTERM");
      await running.ended;
      await startWith(KEYS[1]!);
      expect(await newest()).toBe("unreadable");
      running.kill("SIGTERM");
      await running.ended;
      await startWith(KEYS.toReversed().join(", "));
      expect(await newest()).toBe("kept");
    },
    PATIENCE_MS,
  );

  it("keeps it from starting when it would not do what was meant", async () => {
    running.kill("SIGTERM");
    await running.ended;
    const text = readFileSync(file(), "utf8");
    const wrong = text.replace(`"${PUBLIC}"`, "flags.example.com");
    writeFileSync(file(), wrong);
    const refused = selfHost("--port", String(port), "--state", state);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('PUBLIC_ORIGIN is "flags.example.com", which is no origin');
    expect(refused.output()).not.toContain(TOKEN);
    expect(readFileSync(file(), "utf8")).toBe(wrong);
  });
});
