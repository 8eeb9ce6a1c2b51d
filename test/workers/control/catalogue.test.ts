import { describe, expect, it } from "vitest";
import { call, done, newFlag, newPlace, readAll } from "./api.ts";

describe("projects", () => {
  it("are created, read, changed, and never changed by one who has not seen the newest", async () => {
    const key = `p-${crypto.randomUUID()}`;
    const created = await done("projects.create", { body: { key, name: "Shop" } });
    expect(created.status).toBe(201);
    expect(created.headers.get("etag")).toBe('"1"');
    expect(created.body).toMatchObject({ key, name: "Shop", description: null, version: 1 });

    const params = { project: key };
    const changed = await done("projects.patch", {
      params,
      body: { description: "All of it" },
      headers: { "if-match": '"1"', "x-switchyard-reason": "named%20at%20last" },
    });
    expect(changed.body).toMatchObject({ name: "Shop", description: "All of it", version: 2 });

    const stale = await call("projects.patch", {
      params,
      body: { name: "Other" },
      headers: { "if-match": '"1"' },
    });
    expect(stale).toMatchObject({
      status: 412,
      body: { code: "project.version-conflict", expected: 1, actual: 2 },
    });
    const forced = await done("projects.patch", {
      params,
      body: { description: null },
      headers: { "if-match": "*" },
    });
    expect(forced.body).toMatchObject({ description: null, version: 3 });
    expect((await done("projects.get", { params })).body).toEqual(forced.body);
  });

  it("are unchanged for a reader who has the newest version", async () => {
    const { project } = await newPlace();
    const params = { project };
    const headers = { "if-none-match": '"7", W/"1"' };
    const unchanged = await call("projects.get", { params, headers });
    expect(unchanged.status).toBe(304);
    expect(unchanged.headers.get("etag")).toBe('"1"');
    expect(
      (await call("projects.get", { params, headers: { "if-none-match": '"2"' } })).status,
    ).toBe(200);
  });

  it("cannot be made twice under one key", async () => {
    const { project } = await newPlace();
    const again = await call("projects.create", { body: { key: project } });
    expect(again).toMatchObject({ status: 409, body: { code: "project.already-exists" } });
  });

  it("can be listed to the end, page by page, each once", async () => {
    const prefix = `l-${crypto.randomUUID()}`;
    const keys = ["a", "b", "c", "d", "e"].map((one) => `${prefix}-${one}`);
    for (const key of keys) await done("projects.create", { body: { key } });
    const listed = (await readAll("projects.list", {}, 2)).map((project) => project.key);
    expect(listed.filter((key) => key.startsWith(prefix))).toEqual(keys);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it("that do not exist are named, for themselves and for all that would be in them", async () => {
    const params = { project: "nowhere", environment: "dev" };
    for (const id of [
      "projects.get",
      "environments.list",
      "catalogue.list",
      "flags.list",
    ] as const) {
      expect(await call(id, { params })).toMatchObject({
        status: 404,
        body: { code: "project.not-found", detail: expect.stringContaining('"nowhere"') },
      });
    }
  });
});

describe("environments", () => {
  it("are made with an authority, and say how it is", async () => {
    const { project } = await newPlace();
    const params = { project, environment: "prod" };
    const body = { key: "prod", name: "Production", production: true, tags: { team: "core" } };
    const created = await done("environments.create", { params, body });
    expect(created.body).toMatchObject({ ...body, ready: true, version: 1 });
    expect(created.body.id).toMatch(/^[a-z0-9]{16}$/);
    expect(created.body.salt).toMatch(/^[0-9a-f]{32}$/);

    const read = await done("environments.get", { params });
    expect(read.body).toMatchObject({
      id: created.body.id,
      status: { revision: 1, flags: 0, segments: 0 },
    });
    expect(Array.isArray(read.body.status.outbox)).toBe(true);
  });

  it("keep the salt that they were given", async () => {
    const { project } = await newPlace();
    const body = { key: "dev", salt: "old-installation" };
    const created = await done("environments.create", { params: { project }, body });
    expect(created.body.salt).toBe("old-installation");
    const params = { project, environment: "dev" };
    expect((await done("rulesets.get", { params })).body.salt).toBe("old-installation");
  });

  it("are listed, changed with If-Match, and refused twice", async () => {
    const { project } = await newPlace("dev", "staging", "prod");
    const params = { project, environment: "dev" };
    const keys = (await readAll("environments.list", { params }, 2)).map(({ key }) => key);
    expect(keys).toEqual(["dev", "prod", "staging"]);

    const headers = { "if-match": '"1"' };
    const sent = { params, headers, body: { name: "Development" } };
    expect((await done("environments.patch", sent)).body).toMatchObject({
      name: "Development",
      version: 2,
    });
    expect(await call("environments.patch", sent)).toMatchObject({
      status: 412,
      body: { code: "environment.version-conflict", actual: 2 },
    });
    expect(await call("environments.create", { params, body: { key: "dev" } })).toMatchObject({
      status: 409,
      body: { code: "environment.already-exists" },
    });
    const unknown = { params: { project, environment: "qa" } };
    expect(await call("environments.get", unknown)).toMatchObject({
      status: 404,
      body: { code: "environment.not-found" },
    });
  });
});

describe("the catalogue of flags", () => {
  it("creates a flag everywhere, from one base and what differs", async () => {
    const { project } = await newPlace("dev", "staging", "prod");
    const params = { project };
    const created = await done("catalogue.create", {
      params,
      body: {
        key: "payments",
        type: "string",
        category: "killswitch",
        owner: "payments team",
        base: {
          variations: [
            { key: "legacy", value: "v1" },
            { key: "enhanced", value: "v2" },
          ],
          enabled: true,
          default: { variation: "legacy" },
        },
        environments: {
          dev: { description: "Everyone is new here", default: { variation: "enhanced" } },
        },
      },
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: "payments",
      risk: "high",
      stage: "development",
      environments: ["dev", "prod", "staging"],
      pending: [],
      results: [
        { environment: "dev", outcome: "created", revision: 2 },
        { environment: "prod", outcome: "created", revision: 2 },
        { environment: "staging", outcome: "created", revision: 2 },
      ],
    });
    const flagIn = async (environment: string) =>
      (await done("flags.get", { params: { project, environment, flag: "payments" } })).body.flag;
    expect(await flagIn("dev")).toMatchObject({
      description: "Everyone is new here",
      enabled: true,
      default: { variation: "enhanced" },
      offVariation: null,
      salt: "payments",
      clientVisible: false,
    });
    expect(await flagIn("prod")).toMatchObject({ default: { variation: "legacy" } });
    expect(await flagIn("prod")).not.toHaveProperty("description");
  });

  it("gives a boolean flag safe beginnings", async () => {
    const at = await newFlag();
    expect((await done("flags.get", { params: at })).body.flag).toMatchObject({
      type: "boolean",
      variations: [
        { key: "on", value: true },
        { key: "off", value: false },
      ],
      enabled: false,
      offVariation: "off",
      default: { variation: "on" },
      rules: [],
    });
  });

  it("asks what everyone else gets when there are rules, and says for which environment", async () => {
    const { project } = await newPlace("dev", "prod");
    const rules = [
      {
        id: "r1",
        if: { attribute: "plan", operator: "eq", value: "pro" },
        then: { variation: "on" },
      },
    ];
    const refused = await call("catalogue.create", {
      params: { project },
      body: { key: "f", environments: { prod: { rules } } },
    });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: "document.invalid",
        errors: [{ path: "/base/default", message: expect.stringContaining('"prod"') }],
      },
    });
    const params = { project, flag: "f" };
    expect((await call("catalogue.get", { params })).status).toBe(404);
  });

  it("creates a flag only where it is asked to, and adds it elsewhere later", async () => {
    const { project } = await newPlace("dev", "prod");
    const params = { project, environment: "prod", flag: "f" };
    await done("catalogue.create", { params, body: { key: "f", createIn: ["dev"] } });
    expect(await call("flags.get", { params })).toMatchObject({
      status: 404,
      body: { code: "flag.not-found" },
    });
    const added = await done("flags.create", { params, body: { enabled: true } });
    expect(added.body).toMatchObject({ flag: { key: "f", enabled: true }, version: 1 });
    expect((await done("catalogue.get", { params })).body.environments).toEqual(["dev", "prod"]);
    expect(await call("flags.create", { params })).toMatchObject({
      status: 409,
      body: { code: "flag.already-exists" },
    });
    expect(await call("flags.create", { params: { ...params, flag: "g" } })).toMatchObject({
      status: 404,
      body: { code: "catalogue-flag.not-found" },
    });
  });

  it("names environments that do not exist, or that are not chosen", async () => {
    const { project } = await newPlace("dev", "prod");
    const refused = await call("catalogue.create", {
      params: { project },
      body: { key: "f", createIn: ["dev", "qa"], environments: { prod: { enabled: true } } },
    });
    expect(refused.body.errors).toMatchObject([
      { path: "/createIn/1", message: expect.stringContaining('"qa"') },
      { path: "/environments/prod", message: expect.stringContaining("createIn") },
    ]);
  });

  it("takes back an entry that every environment refused", async () => {
    const { project } = await newPlace("dev");
    const base = { default: { variation: "blue" } };
    const params = { project, flag: "f" };
    expect(await call("catalogue.create", { params, body: { key: "f", base } })).toMatchObject({
      status: 422,
      body: { code: "document.invalid" },
    });
    expect((await call("catalogue.get", { params })).status).toBe(404);
    await done("catalogue.create", { params, body: { key: "f" } });
  });

  it("finishes a flag that one environment refused when the cause is gone", async () => {
    const { project } = await newPlace("dev", "prod");
    const params = { project, environment: "prod", flag: "f" };
    const body = {
      key: "f",
      environments: {
        prod: {
          rules: [{ id: "r", if: { segment: "beta" }, then: { variation: "on" } }],
          default: { variation: "off" },
        },
      },
    };
    const partly = await call("catalogue.create", { params, body });
    expect(partly).toMatchObject({
      status: 422,
      body: {
        code: "catalogue-flag.partially-refused",
        results: [
          { environment: "dev", outcome: "created" },
          { environment: "prod", outcome: "refused", code: "document.invalid" },
        ],
      },
    });
    expect((await done("catalogue.get", { params })).body).toMatchObject({
      environments: ["dev"],
      pending: ["prod"],
    });
    await done("segments.create", { params, body: { key: "beta" } });
    const finished = await done("catalogue.create", { params, body });
    expect(finished.body).toMatchObject({
      pending: [],
      results: [
        { environment: "dev", outcome: "existed" },
        { environment: "prod", outcome: "created" },
      ],
    });
    expect(await call("catalogue.create", { params, body })).toMatchObject({
      status: 409,
      body: { code: "catalogue-flag.already-exists" },
    });
  });

  it("is listed by category and stage, and changed with If-Match", async () => {
    const { project } = await newPlace("dev");
    const params = { project, flag: "b" };
    for (const [key, category] of [
      ["a", "feature"],
      ["b", "experiment"],
      ["c", "feature"],
    ]) {
      await done("catalogue.create", { params, body: { key, category } });
    }
    const listed = async (query: Record<string, string>) =>
      (await readAll("catalogue.list", { params, query }, 1)).map(({ key }) => key);
    expect(await listed({})).toEqual(["a", "b", "c"]);
    expect(await listed({ category: "feature" })).toEqual(["a", "c"]);

    const sent = { params, headers: { "if-match": '"1"' }, body: { stage: "production" } };
    expect((await done("catalogue.patch", sent)).body).toMatchObject({
      stage: "production",
      version: 2,
      environments: ["dev"],
    });
    expect(await listed({ stage: "production" })).toEqual(["b"]);
    expect(await call("catalogue.patch", sent)).toMatchObject({
      status: 412,
      body: { code: "catalogue-flag.version-conflict" },
    });
  });
});
