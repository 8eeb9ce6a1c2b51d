import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import { appWith, appWithServices } from "../control/an-app.ts";
import { done, newFlag, requestFor } from "../control/api.ts";
import { otherRoutes } from "./other-routes.ts";

const OWN = "https://flags.example";
const PAGES = ["/", "/api/docs", "/welcome"];
const gets = Object.entries<EndpointDefinition>(endpoints)
  .filter(([, { method }]) => method === "GET")
  .map(([id, row]) => ({ id, ...row }));
const filled = (path: string) => OWN + path.replaceAll(/:\w+/g, "nobody-has-this");
// The control Worker alone: where all are in one, the edge answers /healthz.
const control = appWith({});
const token = { authorization: `Bearer ${env.ADMIN_TOKEN}` };

const ALWAYS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
};

function expectHardened(answer: Response) {
  const { headers } = answer;
  for (const [name, value] of Object.entries(ALWAYS)) expect(headers.get(name), name).toBe(value);
  expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d{8}/);
  expect(headers.get("permissions-policy")).toContain("camera=()");
  const policy = headers.get("content-security-policy") ?? "";
  for (const part of ["default-src", "base-uri", "form-action", "frame-ancestors"]) {
    expect(policy).toContain(`${part} 'none'`);
  }
  expect(policy).not.toMatch(/unsafe-|\*|https?:/);
  expect(headers.get("access-control-allow-origin")).toBeNull();
  for (const name of ["server", "x-powered-by"]) expect(headers.has(name)).toBe(false);
  for (const cookie of headers.getSetCookie()) {
    expect(cookie).toMatch(/^__Host-[\w.-]+=/);
    for (const part of ["; Secure", "; HttpOnly", "; SameSite=", "Path=/;"]) {
      expect(cookie).toContain(part);
    }
  }
}

/** All that may be kept by a browser or by what stands in between is what anyone may read. */
function expectNotKept(answer: Response) {
  expect(answer.headers.get("cache-control")).toBe("no-store");
}

describe("every answer is hardened", () => {
  it.each(gets)("$id, with credentials and without", async ({ path, scope }) => {
    for (const headers of [token, {}]) {
      const answer = await control.fetch(new Request(filled(path), { headers }));
      await answer.body?.cancel();
      expectHardened(answer);
      if (scope !== "public") expectNotKept(answer);
    }
  });

  it.each(otherRoutes)("$method $path, which is not in the table", async ({ method, path }) => {
    const answer = await control.fetch(new Request(filled(path), { method }));
    await answer.body?.cancel();
    expectHardened(answer);
    if (!PAGES.includes(path)) expectNotKept(answer);
  });

  it.each(PAGES)("the page %s", async (path) => {
    const answer = await exports.default.fetch(OWN + path, { headers: { accept: "text/html" } });
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expectHardened(answer);
  });

  it("what holds something of an organisation", async () => {
    const { project, environment, flag } = await newFlag();
    const rows = ["projects.get", "flags.get", "keys.list", "log.list"] as const;
    for (const id of rows.filter((each) => Object.hasOwn(endpoints, each))) {
      const params = { project, environment, flag };
      const answer = await exports.default.fetch(requestFor(endpoints[id], { params }));
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
      expectHardened(answer);
      expectNotKept(answer);
    }
  });

  it("an answer that says that nothing has changed", async () => {
    const { project } = await newFlag();
    const { headers } = await done("projects.get", { params: { project } });
    const known = { "if-none-match": headers.get("etag") ?? "" };
    const sent = { params: { project }, headers: known };
    const answer = await exports.default.fetch(requestFor(endpoints["projects.get"], sent));
    expect(answer.status).toBe(304);
    expectHardened(answer);
    expectNotKept(answer);
  });

  it("a stream", async () => {
    const { project, environment } = await newFlag();
    const params = { project, environment, revision: "1" };
    const answer = await exports.default.fetch(
      requestFor(endpoints["propagation.stream"], { params }),
    );
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    await answer.body?.cancel();
    expectHardened(answer);
    expectNotKept(answer);
  });

  it.each([
    ["nothing at the path", "GET", "/nothing/here", 404],
    ["another method", "PROPFIND", "/api/v1/projects", 405],
    ["a question for methods", "OPTIONS", "/api/v1/projects", 204],
    ["no JSON", "POST", "/api/v1/projects", 400],
  ])("%s", async (_, method, path, status) => {
    const body = method === "POST" ? "{" : null;
    const headers = { ...token, "content-type": "application/json" };
    const answer = await exports.default.fetch(OWN + path, { method, headers, body });
    expect(answer.status).toBe(status);
    await answer.body?.cancel();
    expectHardened(answer);
  });

  it("a bug of ours", async () => {
    const { fetch } = appWithServices({
      catalogueIsThere: () => Promise.reject(new Error("a bug")),
    });
    const answer = await fetch(new Request(`${OWN}/healthz`));
    expect(answer.status).toBe(500);
    expectHardened(answer);
    expectNotKept(answer);
    expect(await answer.text()).not.toContain("a bug");
  });
});

describe("a page for people", () => {
  it.each(PAGES)("%s runs only what this very answer names", async (path) => {
    const ask = () => exports.default.fetch(OWN + path, { headers: { accept: "text/html" } });
    const [one, other] = [await ask(), await ask()];
    const policy = one.headers.get("content-security-policy") ?? "";
    const nonce = /script-src 'nonce-([0-9a-f-]{36})'/.exec(policy)?.[1] ?? "";
    expect(nonce).not.toBe("");
    expect(other.headers.get("content-security-policy")).not.toContain(nonce);
    expect(policy).toContain("require-trusted-types-for 'script'");
    const html = await one.text();
    for (const [tag] of html.matchAll(/<(?:script|style)\b[^>]*>/g)) {
      expect(tag).toContain(`nonce="${nonce}"`);
    }
    expect(html).not.toMatch(/\son\w+\s*=|\sstyle\s*=|javascript:|innerHTML|<base|<iframe/i);
    expect(html).not.toContain("__NONCE__");
  });
});
