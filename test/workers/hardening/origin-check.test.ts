import { describe, expect, it } from "vitest";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import { checkOrigin } from "../../../workers/control/http/origin-check.ts";
import { appWith } from "../control/an-app.ts";
import { visitorsOf, withSession } from "./known-visitor.ts";
import { otherRoutes } from "./other-routes.ts";

const OWN = "https://flags.example";
const { fetch } = appWith({ authenticate: visitorsOf() });
const rows = Object.entries<EndpointDefinition>(endpoints).map(([id, row]) => ({ id, ...row }));
const unsafe = rows.filter(({ method }) => method !== "GET");
const filled = (path: string): string => OWN + path.replaceAll(/:\w+/g, "nobody-has-this");

const ORIGINS: readonly (string | undefined)[] = [
  OWN,
  undefined,
  "null",
  "https://evil.example",
  "http://flags.example",
  "https://flags.example:8443",
  "https://www.flags.example",
  "https://flags.example.evil.example",
];
const TYPES: readonly (string | undefined)[] = [
  "application/json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
];

/** Where identity providers send people back, with a form; what they sent is signed and bound. */
const FROM_PROVIDERS = ["/api/auth/sso/saml2/:provider"];
/** Provisioning knows tokens alone: to it a cookie is nobody's. */
const isProvisioning = (path: string) => path.startsWith("/scim/");
const others = otherRoutes
  .filter(({ method, path }) => method !== "GET" && !FROM_PROVIDERS.includes(path))
  .filter(({ path }) => !isProvisioning(path))
  .map(({ path }) => ({ id: path, path, method: "POST" }));

function crossing(
  row: { readonly path: string } & { readonly method: string },
  headers: Record<string, string | undefined>,
): Request {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined;
  });
  return new Request(filled(row.path), {
    method: row.method,
    headers: Object.fromEntries(given),
    body: JSON.stringify({ key: "made-by-another-site" }),
  });
}

async function codeOf(request: Request): Promise<string> {
  const answer = await fetch(request);
  const body: { code?: string } = await answer.json();
  if (body.code === "auth.origin-refused") expect(answer.status).toBe(403);
  return body.code ?? "done";
}

const behindProxy = (origin: string) =>
  new Request("http://10.0.0.7:8787/api/v1/projects", {
    method: "POST",
    headers: { origin, "content-type": "application/json" },
  });

describe("provisioning", () => {
  it.each(otherRoutes.filter(({ path }) => isProvisioning(path)))(
    "$method $path is done for no cookie, wherever it comes from",
    async ({ method, path }) => {
      const headers = { ...withSession, origin: OWN, "content-type": "application/json" };
      const init = { method, headers, ...(method === "GET" ? {} : { body: "{}" }) };
      const answer = await fetch(new Request(filled(path), init));
      expect(answer.status).toBe(method === "ALL" ? 405 : 401);
    },
  );
});

describe("a change with a session's cookie", () => {
  it.each([...unsafe, ...others])(
    "$id is done for our own pages, as JSON, and for no other",
    async (row) => {
      for (const origin of ORIGINS) {
        for (const type of TYPES) {
          const headers = { ...withSession, origin, "content-type": type };
          const code = await codeOf(crossing(row, headers));
          const isOwn = origin === OWN && type === "application/json";
          expect(code === "auth.origin-refused", `${origin} with ${type}: ${code}`).toBe(!isOwn);
        }
      }
    },
  );

  it.each(unsafe)("$id with a token is not asked where it comes from", async (row) => {
    for (const origin of ORIGINS) {
      const headers = { authorization: "Bearer good-program", origin };
      const code = await codeOf(crossing(row, { ...headers, "content-type": "application/json" }));
      expect(code).not.toBe("auth.origin-refused");
    }
  });

  const [row = endpoints["projects.create"]] = unsafe;
  const json = { ...withSession, "content-type": "application/json" };

  it("is refused when a token of another kind stands beside the cookie", async () => {
    const headers = { ...json, authorization: "Basic b3duZXI6", origin: "https://evil.example" };
    expect(await codeOf(crossing(row, headers))).toBe("auth.origin-refused");
  });

  it.each([
    ["same-origin", false],
    ["none", false],
    ["same-site", true],
    ["cross-site", true],
    ["something-new", true],
  ])("that the browser marks as %s is refused: %j", async (site, isRefused) => {
    const headers = { ...json, origin: OWN, "sec-fetch-site": site };
    expect((await codeOf(crossing(row, headers))) === "auth.origin-refused").toBe(isRefused);
  });

  it.each([
    [`${OWN}/projects`, false],
    ["https://evil.example/?https://flags.example", true],
    ["https://flags.example@evil.example/", true],
    ["no url", true],
  ])("that names only its page, %s, is refused: %j", async (referer, isRefused) => {
    const headers = { ...json, referer };
    expect((await codeOf(crossing(row, headers))) === "auth.origin-refused").toBe(isRefused);
  });

  it("is compared with PUBLIC_ORIGIN where a proxy stands in between", () => {
    const there = { PUBLIC_ORIGIN: "https://flags.example" };
    expect(() => checkOrigin(behindProxy("https://flags.example"), there)).not.toThrow();
    expect(() => checkOrigin(behindProxy("http://10.0.0.7:8787"), there)).toThrow("PUBLIC_ORIGIN");
  });

  it("reads from anywhere: nothing is changed by reading, and no other site gets the answer", async () => {
    const answer = await fetch(
      new Request(`${OWN}/api/v1/projects`, {
        headers: { ...withSession, origin: "https://evil.example" },
      }),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });
});
