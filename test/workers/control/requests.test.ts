import { allowing } from "./allowing.ts";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { endpoints } from "../../../src/contract/endpoints.ts";
import { PROBLEMS } from "../../../src/contract/problems.ts";
import { ProblemError } from "../../../workers/control/http/problem.ts";
import type { ControlEnv } from "../../../workers/control/env.ts";
import { createServices } from "../../../workers/control/services.ts";
import type { Services } from "../../../workers/control/services.ts";
import { appWith, sources } from "./an-app.ts";
import { call, done, newFlag, newPlace, requestFor } from "./api.ts";

const create = (body: unknown) => call("projects.create", { body });

describe("a body that is not right", () => {
  it.each([
    {
      name: "an unknown field, with the nearest known one",
      body: { key: "a", nme: "x" },
      error: {
        path: "/nme",
        code: "unknown-field",
        message: 'unknown field "nme"; did you mean "name"?',
      },
    },
    {
      name: "a field that resembles nothing, with all that is known",
      body: { key: "a", colour: "x" },
      error: {
        path: "/colour",
        message: expect.stringContaining("known are key, name, description"),
      },
    },
    {
      name: "a missing field",
      body: { name: "x" },
      error: { path: "/key", code: "required", message: "is required" },
    },
    {
      name: "a value of another type, with the value",
      body: { key: "a", name: 7 },
      error: { path: "/name", message: "is 7, must be a string" },
    },
    {
      name: "a text of another form, with the text",
      body: { key: "My Shop" },
      error: {
        path: "/key",
        message: expect.stringContaining('is "My Shop": use 1 to 64 lower-case'),
      },
    },
    {
      name: "something that is not an object at all",
      body: ["key"],
      error: { path: "", message: "is a list of 1, must be an object" },
    },
  ])("names $name", async ({ body, error }) => {
    const got = await create(body);
    expect(got).toMatchObject({ status: 400, body: { code: "request.invalid" } });
    expect(got.body.errors).toMatchObject([{ in: "body", ...error }]);
  });

  it("names every place at once, deep inside conditions and by the form that was meant", async () => {
    const at = await newFlag();
    const got = await call("flags.patch", {
      params: at,
      headers: { "if-match": "*" },
      body: {
        enabeld: true,
        rules: [
          {
            id: "r",
            if: {
              and: [
                { atribute: "plan", operator: "eq", value: 1 },
                { attribute: "a", operator: "equals" },
              ],
            },
            then: { rollout: { variations: [{ key: "on", weight: 120 }] } },
          },
        ],
      },
    });
    expect(got.body.errors).toMatchObject([
      { path: "/rules/0/if/and/0/atribute", message: expect.stringContaining('"attribute"') },
      { path: "/rules/0/if/and/1/operator", message: expect.stringContaining("must be one of eq") },
      { path: "/rules/0/then/rollout/variations/0/weight", message: "is 120, must be at most 100" },
      { path: "/enabeld", message: expect.stringContaining('"enabled"') },
    ]);
  });

  it("lists the forms of a condition when none was meant", async () => {
    const at = await newFlag();
    const rules = [{ id: "r", if: "everyone", then: { variation: "on" } }];
    const got = await call("flags.patch", {
      params: at,
      headers: { "if-match": "*" },
      body: { rules },
    });
    expect(got.body.errors).toMatchObject([
      { path: "/rules/0/if", message: expect.stringContaining("{attribute, operator, value}") },
    ]);
  });

  it("says at which line and column it stops being JSON", async () => {
    const got = await call("projects.create", { text: '{\n  "key": "a",\n  name: "x"\n}' });
    expect(got.body).toMatchObject({ code: "request.invalid", line: 3, column: 3 });
    expect(got.body.detail).toContain("a field name in double quotes");
  });

  it("must be JSON by its content-type, and the answer gives the header to send", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect(await call("projects.create", { text: '{"key":"a"}', headers })).toMatchObject({
      status: 415,
      body: {
        code: "request.media-type",
        detail: expect.stringContaining('"content-type: application/json"'),
      },
    });
  });

  it("may have 1 MiB, whether or not its length is announced", async () => {
    const text = JSON.stringify({ key: "a", description: "x".repeat(1024 * 1024) });
    expect(await call("projects.create", { text })).toMatchObject({
      status: 413,
      body: { code: "request.too-large", limitBytes: 1_048_576 },
    });
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    const sent = exports.default.fetch(
      new Request("https://flags.example/api/v1/projects", {
        method: "POST",
        headers: {
          authorization: `Bearer ${env.ADMIN_TOKEN}`,
          "content-type": "application/json",
        },
        body: readable,
      }),
    );
    const bytes = new TextEncoder().encode(text);
    void writer.write(bytes).then(
      () => writer.close(),
      () => {},
    );
    expect((await sent).status).toBe(413);
  });

  it.each([
    { name: "100,000 levels of lists", text: "[".repeat(100_000) + "]".repeat(100_000) },
    { name: "65 levels of conditions", text: `{"key":"a","rules":${nested(33)}}` },
    { name: "a number beyond all numbers", text: '{"key":"a","name":1e999}' },
    { name: "a reserved name", text: '{"key":"a","__proto__":{"name":"x"}}' },
  ])("is refused with $name, and nothing breaks", async ({ text }) => {
    expect(await call("projects.create", { text })).toMatchObject({
      status: 400,
      body: { code: "request.invalid" },
    });
  });

  it.each([
    { text: '{"key":"a","name":"\\ud800"}', path: "/name" },
    { text: '{"key":"a","tags":{"\\udc00":"x"}}', path: "/tags" },
  ])("is refused with half of a surrogate pair, as in $text", async ({ text, path }) => {
    const { status, body } = await call("projects.create", { text });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path, code: "encoding" }]);
  });

  it("is refused when its bytes are not UTF-8", async () => {
    const request = new Request("https://flags.example/api/v1/projects", {
      method: "POST",
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}`, "content-type": "application/json" },
      body: new Uint8Array([0x7b, 0xff, 0x7d]),
    });
    const answer = await exports.default.fetch(request);
    expect(await answer.json()).toMatchObject({ errors: [{ code: "encoding" }] });
  });
});

function nested(levels: number): string {
  return '[{"and":'.repeat(levels) + "[]" + "}]".repeat(levels);
}

const queryError = async (query: Record<string, string>) =>
  (await call("projects.list", { query })).body.errors[0];

describe("paths, queries and methods that are not right", () => {
  it("are named", async () => {
    expect(await queryError({ limit: "0" })).toMatchObject({ in: "query", path: "/limit" });
    expect(await queryError({ limt: "5" })).toMatchObject({
      message: expect.stringContaining('"limit"'),
    });
    expect(await call("projects.get", { params: { project: "Not A Key" } })).toMatchObject({
      status: 400,
      body: { errors: [{ in: "path", path: "/project" }] },
    });
  });

  it("lead to the documentation", async () => {
    const { body, status } = await ask("/api/v2/flags");
    expect(status).toBe(404);
    expect(body).toMatchObject({
      code: "route.not-found",
      detail: expect.stringContaining("/api/docs"),
      type: "https://flags.example/api/docs#problem-route.not-found",
      instance: "/api/v2/flags",
    });
  });

  it("are told which methods there are", async () => {
    const wrong = await ask("/api/v1/projects", { method: "PUT" });
    expect(wrong.status).toBe(405);
    expect(wrong.body).toMatchObject({ code: "route.method-not-allowed" });
    expect(wrong.headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
    const options = await exports.default.fetch("https://flags.example/api/v1/projects", {
      method: "OPTIONS",
    });
    expect(options.status).toBe(204);
    expect(options.headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
  });
});

async function ask(path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${env.ADMIN_TOKEN}` };
  const answer = await exports.default.fetch(`https://flags.example${path}`, { headers, ...init });
  const body: any = await answer.json();
  return { status: answer.status, headers: answer.headers, body };
}

describe("credentials", () => {
  it.each(["", "Basic abc", "Bearer", "Bearer wrong-token", `Token ${"x".repeat(40)}`])(
    "are asked for when the header is %j",
    async (authorization) => {
      const got = await call("projects.list", { headers: { authorization } });
      expect(got).toMatchObject({ status: 401, body: { code: "auth.required" } });
    },
  );

  it.each([undefined, "", "thirty-one-characters-are-too-few"])(
    "never open an installation whose ADMIN_TOKEN is %j",
    async (token) => {
      const { DB, ENVIRONMENTS, RAW_EVENTS } = env;
      const short = token?.slice(0, 31);
      const secret = short === undefined ? {} : { ADMIN_TOKEN: short };
      const bindings = { DB, ENVIRONMENTS, RAW_EVENTS, ...secret };
      const { fetch } = appWith({}, bindings);
      const headers = { authorization: `Bearer ${short ?? ""}` };
      expect(await call("projects.list", { headers }, fetch)).toMatchObject({
        status: 503,
        body: {
          code: "configuration.admin-token",
          detail: expect.stringContaining("wrangler secret put ADMIN_TOKEN"),
        },
      });
    },
  );

  it("that lack the endpoint's scope are refused, with its name", async () => {
    const { fetch } = appWith({
      authenticate: () =>
        Promise.resolve({
          id: "reader",
          organisationId: "default",
          actor: { kind: "service", id: "reader", name: "reader" },
          access: allowing(["projects:read"]),
        }),
    });
    expect((await call("projects.list", {}, fetch)).status).toBe(200);
    expect(await call("projects.create", { body: { key: "a" } }, fetch)).toMatchObject({
      status: 403,
      body: { code: "auth.scope-missing", scope: "projects:write" },
    });
  });

  it("of one organisation see nothing of another's", async () => {
    const { project } = await newPlace("dev");
    const { fetch } = appWith({
      authenticate: () =>
        Promise.resolve({
          id: "stranger",
          organisationId: "another",
          actor: { kind: "user", id: "stranger", name: "stranger" },
          access: allowing(["projects:read", "environments:read", "flags:read"]),
        }),
    });
    const params = { project, environment: "dev" };
    expect((await call("projects.list", {}, fetch)).body.items).toEqual([]);
    expect((await call("projects.get", { params }, fetch)).status).toBe(404);
    expect((await call("environments.get", { params }, fetch)).status).toBe(404);
    expect((await call("flags.list", { params }, fetch)).status).toBe(404);
  });
});

describe("every answer", () => {
  it("carries a request id and says that nothing may frame or sniff it", async () => {
    for (const path of ["/api/v1/projects", "/nowhere", "/api/docs", "/"]) {
      const { headers } = await exports.default.fetch(`https://flags.example${path}`);
      expect(headers.get("x-request-id"), path).toBeTruthy();
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
    const { headers } = await ask("/api/v1/projects");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("leaves one line in the log, without the body or the token", async () => {
    const { fetch, lines } = appWith({});
    const key = `p-${crypto.randomUUID()}`;
    await call("projects.create", { body: { key, description: "do not log me" } }, fetch);
    expect(lines).toMatchObject([
      { level: "info", event: "request", fields: { endpoint: "projects.create", status: 201 } },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/do not log me|test-admin-token/);
  });
});

/** Services whose catalogue fails with this error. */
function failing(error: Error): (bindings: ControlEnv) => Services {
  const find = () => Promise.reject(error);
  return (bindings) => {
    const services = createServices(bindings, sources);
    return { ...services, projects: { ...services.projects, find } };
  };
}

const prepare = () => {
  throw new Error("D1 is away");
};

describe("when something is down", () => {
  it("a bug is one log line, and its cause is not told", async () => {
    const { fetch, lines } = appWith({ services: failing(new Error("secret cause")) });
    const got = await call("projects.get", { params: { project: "a" } }, fetch);
    expect(got).toMatchObject({ status: 500, body: { code: "internal" } });
    expect(JSON.stringify(got.body)).not.toContain("secret cause");
    const told = lines.filter(({ level }) => level === "error");
    expect(told).toMatchObject([
      { event: "request.failed", fields: { requestId: got.body.requestId } },
    ]);
    expect(JSON.stringify(told)).toContain("secret cause");
  });

  it("the platform's faults ask for another attempt", async () => {
    const overloaded = Object.assign(new Error("Durable Object is overloaded"), {
      overloaded: true,
    });
    const { fetch } = appWith({ services: failing(overloaded) });
    const got = await call("projects.get", { params: { project: "a" } }, fetch);
    expect(got).toMatchObject({ status: 503, body: { code: "platform.unavailable" } });
    expect(got.headers.get("retry-after")).toBe("5");
  });

  it("a catalogue that does not answer is shown as down, and the check still answers", async () => {
    const bindings = { ...env, DB: { prepare } as unknown as D1Database };
    const { fetch } = appWith({}, bindings);
    const got = await call("system.health", {}, fetch);
    expect(got.body).toMatchObject({ status: "degraded", dependencies: { catalogue: "down" } });
    expect((await call("system.health", {}, appWith({}).fetch)).body.status).toBe("ok");
  });
});

describe("the documents about the API", () => {
  it("are an OpenAPI document in which every reference leads somewhere", async () => {
    const { body } = await done("system.openapi");
    expect(body.openapi).toBe("3.1.0");
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(100);
    for (const [, path = ""] of references) {
      const target = path.split("/").reduce((at, step) => at?.[step], body);
      expect(target, path).toBeDefined();
    }
    const listed = Object.values<Record<string, { operationId: string }>>(body.paths)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId);
    expect(listed.toSorted()).toEqual(Object.keys(endpoints).toSorted());
  });

  it("are a page that runs only what it brought", async () => {
    const page = await exports.default.fetch("https://flags.example/api/docs");
    const html = await page.text();
    const policy = page.headers.get("content-security-policy") ?? "";
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1];
    expect(nonce).toBeTruthy();
    expect(policy).not.toContain("unsafe-inline");
    expect(html).toContain(`<script nonce="${nonce}">`);
    expect(html).not.toMatch(/__NONCE__|innerHTML|https?:\/\//);
  });

  it("are where every problem's type points", async () => {
    const { body } = await done("system.openapi");
    expect(Object.keys(body["x-switchyard-problems"])).toEqual(Object.keys(PROBLEMS));
  });

  it("are linked from the front door, for people and for programs", async () => {
    const html = await exports.default.fetch("https://flags.example/", {
      headers: { accept: "text/html,*/*" },
    });
    expect(await html.text()).toContain('href="/api/docs"');
    expect((await ask("/")).body).toMatchObject({ docs: "/api/docs" });
  });
});

/** A promise and what fulfils it. */
function signal(): [Promise<void>, () => void] {
  let fulfil: (() => void) | undefined;
  const promise = new Promise<void>((resolve) => {
    fulfil = resolve;
  });
  return [promise, () => fulfil?.()];
}

const keyed = (key: string) => ({ "idempotency-key": key });

/** Services whose answer is lost once, after the work was done. */
const losing = (lose: (services: ReturnType<typeof createServices>) => object) => {
  let isFirst = true;
  return appWith({
    services: (bindings) => {
      const services = createServices(bindings, sources);
      if (!isFirst) return services;
      isFirst = false;
      return { ...services, ...lose(services) };
    },
  }).fetch;
};
const cut = () => new ProblemError("platform.unavailable", { detail: "The connection was lost." });

describe("idempotency keys", () => {
  it("give the first answer again, to the letter", async () => {
    const at = await newPlace("dev");
    const key = crypto.randomUUID();
    const sent = {
      params: at,
      body: { key: "beta", included: ["u1"] },
      headers: keyed(key),
    };
    const first = await done("segments.create", sent);
    const again = await done("segments.create", sent);
    expect(again.body).toEqual(first.body);
    expect(again.status).toBe(201);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    for (const name of ["etag", "x-switchyard-revision"]) {
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    }
    const log = await done("log.list", { params: at });
    expect(log.body.items).toHaveLength(2);
  });

  it("belong to one request", async () => {
    const at = await newPlace("dev");
    const headers = keyed(crypto.randomUUID());
    await done("segments.create", { params: at, body: { key: "beta" }, headers });
    const other = { params: at, body: { key: "gamma" }, headers };
    expect(await call("segments.create", other)).toMatchObject({
      status: 422,
      body: { code: "idempotency.key-reused" },
    });
    const bad = { params: at, body: { key: "x" }, headers: keyed("two words") };
    expect((await call("segments.create", bad)).body.errors[0].path).toBe("/idempotency-key");
  });

  it("are free again after a failure", async () => {
    const at = await newFlag();
    const headers = keyed(crypto.randomUUID());
    const sent = { params: at, body: { reason: "r" }, headers };
    expect((await call("flags.unkill", sent)).status).toBe(409);
    await done("flags.kill", { params: at, body: { variation: "off", reason: "r" } });
    expect((await done("flags.unkill", sent)).headers.get("idempotency-replayed")).toBeNull();
  });

  it("never give a secret twice", async () => {
    const at = await newPlace("dev");
    const sent = {
      params: at,
      body: { kind: "server", name: "s" },
      headers: keyed(crypto.randomUUID()),
    };
    const first = await done("keys.issue", sent);
    expect(first.body.secret).toMatch(/^sy_server_/);
    const again = await done("keys.issue", sent);
    expect(again.body).toMatchObject({ id: first.body.id, secret: null });
    expect(again.body.note).toContain("rotate");
    const kept = await env.DB.prepare("SELECT body FROM idempotency_keys").all();
    expect(JSON.stringify(kept.results)).not.toContain(first.body.secret);
  });

  it("tell a second one to wait while the first is under way", async () => {
    const { project } = await newPlace();
    const key = crypto.randomUUID();
    const [entered, enter] = signal();
    const [released, release] = signal();
    const { fetch } = appWith({
      services: (bindings) => {
        const services = createServices(bindings, sources);
        const insert: typeof services.environments.insert = async (...given) => {
          enter();
          await released;
          return services.environments.insert(...given);
        };
        return { ...services, environments: { ...services.environments, insert } };
      },
    });
    const sent = { params: { project }, body: { key: "dev" }, headers: keyed(key) };
    const first = call("environments.create", sent, fetch);
    await entered;
    const second = await call("environments.create", sent, fetch);
    expect(second).toMatchObject({ status: 409, body: { code: "idempotency.in-progress" } });
    expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(0);
    release();
    expect((await first).status).toBe(201);
  });
});

/** The authority does what it is told, and the connection ends before it can say so. */
const lostAnswers = ({ authorities }: Services) => ({
  authorities: {
    of: (id: Parameters<typeof authorities.of>[0]) => {
      const authority = authorities.of(id);
      const apply = async (...given: Parameters<typeof authority.apply>) => {
        await authority.apply(...given);
        throw cut();
      };
      return { ...authority, apply };
    },
  },
});

describe("a request that was cut off half way", () => {
  it("is finished by its repetition: an environment whose authority was not made", async () => {
    const { project } = await newPlace();
    const fetch = losing(() => ({
      authorities: { of: () => ({ apply: () => Promise.reject(cut()) }) },
    }));
    const sent = { params: { project, environment: "dev" }, body: { key: "dev" } };
    expect((await call("environments.create", sent, fetch)).status).toBe(503);
    const { params } = sent;
    expect((await done("environments.get", { params })).body).toMatchObject({
      ready: false,
      status: null,
    });
    expect((await call("flags.list", { params })).body.code).toBe("environment.unfinished");
    const flag = { params, body: { key: "f" } };
    expect((await call("catalogue.create", flag)).body.code).toBe("environment.unfinished");
    const other = { params, body: { key: "dev", production: true } };
    expect((await call("environments.create", other)).body.code).toBe("environment.already-exists");
    expect((await call("environments.create", sent, fetch)).body).toMatchObject({ ready: true });
    expect((await done("environments.get", { params })).body.status.revision).toBe(1);
  });

  it("is done once: a kill whose answer was lost", async () => {
    const at = await newFlag();
    const fetch = losing(lostAnswers);
    const sent = {
      params: at,
      body: { variation: "off", reason: "r" },
      headers: { "idempotency-key": crypto.randomUUID() },
    };
    expect((await call("flags.kill", sent, fetch)).status).toBe(503);
    const again = await call("flags.kill", sent, fetch);
    expect(again.status).toBe(200);
    expect(again.body.version).toBe(2);
    const log = await done("log.list", { params: at });
    expect(log.body.items).toHaveLength(3);
  });

  it("is done once: a key that was issued and never answered", async () => {
    const at = await newPlace("dev");
    const fetch = losing(lostAnswers);
    const sent = {
      params: at,
      body: { kind: "server", name: "s" },
      headers: { "idempotency-key": crypto.randomUUID() },
    };
    expect((await call("keys.issue", sent, fetch)).status).toBe(503);
    const again = await call("keys.issue", sent, fetch);
    expect(again.body).toMatchObject({ secret: null, note: expect.stringContaining("rotate") });
    expect((await done("keys.list", { params: at })).body.items).toHaveLength(1);
  });

  it("goes on where it stopped: a flag that one environment could not take", async () => {
    const { project } = await newPlace("dev", "prod");
    const { AuthorityUnavailable } = await import("../../../src/app/authorities.ts");
    let calls = 0;
    const fetch = losing(({ authorities }) => ({
      authorities: {
        of: (id: Parameters<typeof authorities.of>[0]) => {
          calls += 1;
          if (calls === 1) return authorities.of(id);
          return { apply: () => Promise.reject(new AuthorityUnavailable("reset")) };
        },
      },
    }));
    const sent = {
      params: { project, flag: "f" },
      body: { key: "f" },
      headers: { "idempotency-key": crypto.randomUUID() },
    };
    const partly = await call("catalogue.create", sent, fetch);
    expect(partly).toMatchObject({
      status: 503,
      body: {
        code: "catalogue-flag.partially-created",
        results: [
          { environment: "dev", outcome: "created" },
          { environment: "prod", outcome: "unreachable" },
        ],
      },
    });
    expect(partly.headers.get("retry-after")).toBe("1");
    expect((await done("catalogue.get", { params: sent.params })).body.pending).toEqual(["prod"]);
    const finished = await call("catalogue.create", sent, fetch);
    expect(finished.body).toMatchObject({ environments: ["dev", "prod"], pending: [] });
    const replayed = await call("catalogue.create", sent, fetch);
    expect(replayed.headers.get("idempotency-replayed")).toBe("true");
  });
});

it("requests of the table are requests of the wire", () => {
  const request = requestFor(endpoints["flags.get"], {
    params: { project: "a", environment: "b", flag: "c.d" },
  });
  expect(new URL(request.url).pathname).toBe("/api/v1/projects/a/environments/b/flags/c.d");
});
