import { env, exports } from "cloudflare:workers";
import { inspectRoutes } from "hono/dev";
import { describe, expect, it } from "vitest";
import { createControl } from "../../../workers/control/app.ts";
import { mutates } from "../../../src/contract/endpoint.ts";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import { SCOPES } from "../../../src/core/access/scopes.ts";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { rowIds, rowOf } from "../isolation/ask.ts";
import { aWorld, entriesOf } from "../isolation/a-world.ts";
import { call, done } from "./api.ts";

/** What anyone may ask for. Whoever makes it longer must mean to. */
const PUBLIC = ["/", "/healthz", "/api/openapi.json", "/api/docs"];

/** By which people come in: nobody who knocks has a session yet. No row of the table is here. */
const DOORS = [
  "/welcome",
  "/dev/mail",
  "/api/auth/sign-in/email",
  "/api/auth/sign-in/sso",
  "/api/auth/sign-out",
  "/api/auth/request-password-reset",
  "/api/auth/reset-password",
  "/api/auth/two-factor/verify-totp",
  "/api/auth/two-factor/verify-backup-code",
  "/api/auth/invitations/accept",
  "/api/auth/sso/oidc/:provider",
  "/api/auth/sso/saml2/:provider",
  "/api/auth/sso/saml2/:provider/metadata",
];
/** Their bodies are looked at before it is asked who sends them. */
const BODIES: Readonly<Record<string, object>> = {
  "/api/auth/change-password": { currentPassword: "x", newPassword: "correct horse battery" },
  "/api/auth/two-factor/enable": { password: "x" },
  "/api/auth/two-factor/disable": { password: "x" },
  "/api/auth/two-factor/generate-backup-codes": { password: "x" },
};

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

  it.each(registered.filter(({ path }) => ![...PUBLIC, ...DOORS].includes(path)))(
    "the route $method $path, as registered, answers 401 without credentials",
    async ({ method, path }) => {
      const real = method === "ALL" ? "PROPFIND" : method;
      const headers = { origin: "http://localhost", "content-type": "application/json" };
      const body = real === "POST" ? { body: JSON.stringify(BODIES[path] ?? {}) } : {};
      const answer = await app.request(filled(path), { method: real, headers, ...body }, env);
      expect(answer.status).toBe(401);
    },
  );

  it("the public list is what is public, and no more", () => {
    const open = table.filter(({ scope }) => scope === "public").map(({ path }) => path);
    expect(open.every((path) => PUBLIC.includes(path))).toBe(true);
    const all = [...PUBLIC, ...DOORS];
    expect(registered.map(({ path }) => path)).toEqual(expect.arrayContaining(all));
    expect(table.filter(({ path }) => DOORS.includes(path))).toEqual([]);
  });

  it.each(table.filter(mutates))("$id, which changes something, names a scope", ({ scope }) => {
    // What is about the caller alone demands that there is one, and a person.
    expect([...Object.keys(SCOPES), "self"]).toContain(scope);
  });
});

/** Changes that leave no entry, and why that is right. Whoever makes it longer must mean to. */
const UNRECORDED: Partial<Record<EndpointId, string>> = {
  "audit.prune": "Nothing here is old enough; `test/workers/audit/prune.test.ts` sees the entry.",
  "privacy-requests.run": "It goes on with what `privacy-requests.create` has recorded.",
};

describe("every change", async () => {
  const changes = rowIds.filter((id) => mutates(rowOf(id)));
  // Only while nobody can sign in.
  const firstOwner = await call("people.first-owner-link");
  const world = await aWorld();

  it.each(changes)("%s is in the OpenAPI document, with its scope", async (id) => {
    const { body } = await done("system.openapi");
    const { path, method, scope } = rowOf(id);
    const operation = body.paths[path.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    expect(operation).toMatchObject({ operationId: id, "x-switchyard-scope": scope });
  });

  it.each(changes.filter((id) => UNRECORDED[id] === undefined))(
    "%s succeeds and leaves an entry that names the request",
    async (id) => {
      const { status, requestId, request, body } = await changed(id);
      expect({ status, body }).toMatchObject({ status: rowOf(id).response.status });
      expect(await entriesOf(requestId, world, request)).not.toEqual([]);
    },
  );

  it("that leaves none has a reason, and no reason is left over", () => {
    expect(Object.keys(UNRECORDED).filter((id) => !changes.some((each) => each === id))).toEqual(
      [],
    );
  });

  async function changed(id: EndpointId) {
    if (id === "people.first-owner-link") {
      const requestId = firstOwner.headers.get("x-request-id") ?? "";
      return { ...firstOwner, requestId, request: { id, params: {}, body: undefined } };
    }
    const request = await world.requestFor(id);
    return { ...(await world.send(request)), request };
  }
});
