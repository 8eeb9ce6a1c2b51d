import { env, exports } from "cloudflare:workers";
import { inspectRoutes } from "hono/dev";
import { describe, expect, it } from "vitest";
import { createControl } from "../../../workers/control/app.ts";
import { mutates } from "../../../src/contract/endpoint.ts";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import { SCOPES } from "../../../src/contract/scopes.ts";

/** What anyone may ask for. Whoever makes it longer must mean to. */
const PUBLIC = ["/", "/healthz", "/api/openapi.json", "/api/docs"];

const app = createControl({
  now: () => Date.now(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  newRequestId: () => crypto.randomUUID(),
  log: () => {},
});
const filled = (path: string) => path.replaceAll(/:\w+/g, "some");
const table = Object.entries<EndpointDefinition>(endpoints).map(([id, row]) => ({ id, ...row }));
const registered = inspectRoutes(app).filter((route) => !route.isMiddleware);

describe("every route is shut", () => {
  it.each(table.filter(({ path }) => !PUBLIC.includes(path)))(
    "$id answers 401 without credentials",
    async ({ method, path }) => {
      const answer = await exports.default.fetch(`http://x${filled(path)}`, { method });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toContain("Bearer");
      expect(await answer.json()).toMatchObject({ code: "auth.required" });
    },
  );

  it.each(registered.filter(({ path }) => !PUBLIC.includes(path)))(
    "the route $method $path, as registered, answers 401 without credentials",
    async ({ method, path }) => {
      const real = method === "ALL" ? "PROPFIND" : method;
      const answer = await app.request(filled(path), { method: real }, env);
      expect(answer.status).toBe(401);
    },
  );

  it("the public list is what is public, and no more", () => {
    const open = table.filter(({ scope }) => scope === "public").map(({ path }) => path);
    expect(open.every((path) => PUBLIC.includes(path))).toBe(true);
    expect(registered.map(({ path }) => path)).toEqual(expect.arrayContaining(PUBLIC));
  });

  it.each(table.filter(mutates))("$id, which changes something, names a scope", ({ scope }) => {
    expect(Object.keys(SCOPES)).toContain(scope);
  });
});
