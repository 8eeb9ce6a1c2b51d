import { describe, expect, it } from "vitest";
import { call, done, newPlace } from "./api.ts";

const DEFAULTS = {
  relayShards: 1,
  freshForMs: 500,
  graceMs: 1_000,
  confirmDeadlineMs: 250,
  stagedPublish: false,
  requestsPerSecond: null,
};

const ifMatch = (version: number | "*") => ({
  "if-match": version === "*" ? "*" : `"${version}"`,
});

describe("delivery settings", () => {
  it("are the defaults, as version 0, until somebody changes them", async () => {
    const params = await newPlace("dev");
    const read = await done("delivery.get", { params });
    expect(read.body).toEqual({ ...DEFAULTS, version: 0 });
    expect(read.headers.get("etag")).toBe('"0"');
    const body = { relayShards: 4, graceMs: 2_500 };
    const changed = await done("delivery.patch", { params, body, headers: ifMatch(0) });
    expect(changed.body).toEqual({ ...DEFAULTS, ...body, version: 1 });
    expect(changed.headers.get("etag")).toBe('"1"');
    expect((await done("delivery.get", { params })).body).toEqual(changed.body);
  });

  it("are in the ruleset, in its changes and in the log, with who changed them and why", async () => {
    const params = await newPlace("dev");
    const headers = { ...ifMatch("*"), "x-switchyard-reason": "more readers" };
    await done("delivery.patch", { params, body: { relayShards: 2 }, headers });
    const { settings, revision } = (await done("rulesets.get", { params })).body;
    const document = { key: "delivery", ...DEFAULTS, relayShards: 2 };
    expect(settings).toEqual([{ version: 1, document }]);
    const [entry] = (await done("log.list", { params })).body.items;
    expect(entry).toMatchObject({
      revision,
      action: "settings.patch",
      target: { kind: "settings", key: "delivery" },
      reason: "more readers",
      changes: [{ kind: "settings", key: "delivery", before: null, afterDocument: document }],
    });
  });

  it("limit requests, and no longer when the limit is set to null", async () => {
    const params = await newPlace("dev");
    const patched = async (requestsPerSecond: number | null) =>
      (await done("delivery.patch", { params, body: { requestsPerSecond }, headers: ifMatch("*") }))
        .body;
    expect(await patched(100_000)).toEqual({ ...DEFAULTS, requestsPerSecond: 100_000, version: 1 });
    expect(await patched(null)).toEqual({ ...DEFAULTS, version: 2 });
  });

  it("go back with the environment", async () => {
    const params = await newPlace("dev");
    await done("delivery.patch", { params, body: { graceMs: 5_000 }, headers: ifMatch(0) });
    await done("environments.rollback", { params, body: { toRevision: 1 } });
    expect((await done("delivery.get", { params })).body).toEqual({ ...DEFAULTS, version: 2 });
  });

  it("stage the changes of an environment that was made for production", async () => {
    const { project } = await newPlace();
    const body = { key: "prod", production: true };
    await done("environments.create", { params: { project }, body });
    const params = { project, environment: "prod" };
    const expected = { ...DEFAULTS, stagedPublish: true, version: 1 };
    expect((await done("delivery.get", { params })).body).toEqual(expected);
    // Made once more, as by somebody who had no answer.
    expect((await call("environments.create", { params: { project }, body })).status).toBe(409);
    expect((await done("delivery.get", { params })).body).toEqual(expected);
  });

  it("are not changed from another version than the one that was read", async () => {
    const params = await newPlace("dev");
    await done("delivery.patch", { params, body: { relayShards: 2 }, headers: ifMatch(0) });
    const late = { params, body: { relayShards: 3 }, headers: ifMatch(0) };
    const refused = await call("delivery.patch", late);
    expect(refused).toMatchObject({
      status: 412,
      body: { code: "settings.version-conflict", expected: 0, actual: 1 },
    });
    const without = await call("delivery.patch", { params, body: { relayShards: 3 } });
    expect(without).toMatchObject({ status: 428, body: { code: "precondition.required" } });
  });

  it("that are sent twice make one version", async () => {
    const params = await newPlace("dev");
    const sent = { params, body: { relayShards: 2 }, headers: ifMatch("*") };
    expect((await done("delivery.patch", sent)).body.version).toBe(1);
    expect((await done("delivery.patch", sent)).body.version).toBe(1);
    expect((await done("rulesets.get", { params })).body.revision).toBe(2);
  });

  it.each([
    { body: { relayShards: 17 }, path: "/relayShards", message: "is 17, must be at most 16" },
    { body: { relayShards: 0 }, path: "/relayShards", message: "is 0, must be at least 1" },
    { body: { freshForMs: 99 }, path: "/freshForMs", message: "is 99, must be at least 100" },
    { body: { graceMs: 60_001 }, path: "/graceMs", message: "is 60001, must be at most 60000" },
    {
      body: { confirmDeadlineMs: 2.5 },
      path: "/confirmDeadlineMs",
      message: "is 2.5, must be a whole number",
    },
    { body: { stagedPublish: null }, path: "/stagedPublish", message: "must be a boolean" },
    {
      body: { requestsPerSecond: 0 },
      path: "/requestsPerSecond",
      message: "is 0, must be at least 1",
    },
    { body: { relayShard: 2 }, path: "/relayShard", message: "relayShards" },
    { body: {}, path: "", message: "name at least one field to change" },
  ])("refuse $body with a word on what is right", async ({ body, path, message }) => {
    const params = await newPlace("dev");
    const refused = await call("delivery.patch", { params, body, headers: ifMatch(0) });
    expect(refused).toMatchObject({ status: 400, body: { code: "request.invalid" } });
    const fault = refused.body.errors.find((error: any) => error.path === path);
    expect(fault?.message).toContain(message);
  });

  it("refuse a grace that does not go together with what is there", async () => {
    const params = await newPlace("dev");
    const refused = await call("delivery.patch", {
      params,
      body: { freshForMs: 1_500 },
      headers: ifMatch(0),
    });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: "document.invalid",
        errors: [{ path: "/graceMs", code: "settings.grace-too-short" }],
      },
    });
    expect((await done("delivery.get", { params })).body.version).toBe(0);
  });
});
