import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deploy, TOPOLOGIES, type Deployment } from "./deployment.ts";
import { streamed } from "./streamed.ts";

describe.each(TOPOLOGIES)("the $name deployment", (topology) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await deploy(topology);
  });
  afterAll(() => deployment.close());

  const evaluate = (key: string, flag: string, context: object = { targetingKey: "user-1" }) =>
    deployment.edge("POST", `/ofrep/v1/evaluate/flags/${flag}`, {
      headers: { authorization: `Bearer ${key}` },
      body: { context },
    });

  const create = async (where: string, body: object) => {
    const answer = await deployment.control("POST", where, { body });
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
    return answer.body;
  };

  /** A project of its own with one environment, a flag `greeting` and a server key. */
  async function startProject() {
    const project = `p-${crypto.randomUUID().slice(0, 8)}`;
    const path = `/api/v1/projects/${project}`;
    const at = `${path}/environments/prod`;
    await create("/api/v1/projects", { key: project });
    const environment = await create(`${path}/environments`, { key: "prod", production: true });
    await create(`${at}/segments`, { key: "friends", included: ["user-1"] });
    await create(`${path}/flags`, {
      key: "greeting",
      type: "string",
      base: {
        enabled: true,
        variations: [
          { key: "hello", value: "Hello" },
          { key: "hi", value: "Hi" },
        ],
        rules: [{ id: "friends", if: { segment: "friends" }, then: { variation: "hi" } }],
        default: { variation: "hello" },
      },
    });
    const key = await create(`${at}/keys`, { kind: "server", name: "harness" });
    return { at, flag: `${at}/flags/greeting`, environment, key };
  }

  it("serves by the rules that the management API was given", async () => {
    const { key } = await startProject();
    expect((await evaluate(key.secret, "greeting")).body).toMatchObject({
      key: "greeting",
      value: "Hi",
      variant: "hi",
      reason: "TARGETING_MATCH",
    });
    expect(
      (await evaluate(key.secret, "greeting", { targetingKey: "stranger" })).body,
    ).toMatchObject({ value: "Hello", variant: "hello", reason: "DEFAULT" });
    expect(await evaluate(key.secret, "unknown")).toMatchObject({
      status: 404,
      body: { key: "unknown", errorCode: "FLAG_NOT_FOUND" },
    });
  });

  it("serves all flags of the environment that the key belongs to, and of no other", async () => {
    const [mine, other] = [await startProject(), await startProject()];
    await deployment.control("PATCH", other.flag, {
      headers: { "if-match": "*" },
      body: { rules: [] },
    });
    const all = (key: string) =>
      deployment.edge("POST", "/ofrep/v1/evaluate/flags", {
        headers: { authorization: `Bearer ${key}` },
        body: { context: { targetingKey: "user-1" } },
      });
    expect((await all(mine.key.secret)).body.flags).toMatchObject([
      { key: "greeting", value: "Hi" },
    ]);
    expect((await all(other.key.secret)).body.flags).toMatchObject([
      { key: "greeting", value: "Hello" },
    ]);
  });

  it("answers with a change soon after it was accepted", async () => {
    const { flag, key } = await startProject();
    expect((await evaluate(key.secret, "greeting")).body.value).toBe("Hi");
    const changed = await deployment.control("PATCH", flag, {
      headers: { "if-match": '"1"' },
      body: { rules: [] },
    });
    expect(changed.status).toBe(200);
    await expect
      .poll(async () => (await evaluate(key.secret, "greeting")).body.value)
      .toBe("Hello");
  });

  it("streams a change to both kinds of keys, and ends the stream of a revoked key", async () => {
    const { at, flag, key } = await startProject();
    await deployment.control("PATCH", flag, {
      headers: { "if-match": "*" },
      body: { clientVisible: true },
    });
    const client = await create(`${at}/keys`, { kind: "client", name: "harness" });
    const rules = await streamed(deployment, key.secret);
    expect((await rules.frame(0)).snapshot).toMatchObject({ keys: [], flags: [{}] });
    const context = { targetingKey: "user-1" };
    const values = await streamed(deployment, client.secret, { type: "context", context });
    expect(await values.frame(0)).toMatchObject({ complete: true, flags: [{ value: "Hi" }] });
    await deployment.control("POST", `${flag}/kill`, { body: { reason: "drill" } });
    expect((await rules.frame(1)).delta.changes).toMatchObject([{ kind: "flag", key: "greeting" }]);
    expect((await values.frame(1)).flags).toMatchObject([{ metadata: { killed: true } }]);
    await deployment.control("POST", `${at}/keys/${key.id}/revoke`, { body: { reason: "drill" } });
    expect(await rules.frame(2)).toEqual({ type: "ended" });
    values.close();
  });

  it("refuses a change that was made to an older version", async () => {
    const { flag } = await startProject();
    const patch = () =>
      deployment.control("PATCH", flag, {
        headers: { "if-match": '"1"' },
        body: { enabled: false },
      });
    expect((await patch()).status).toBe(200);
    expect(await patch()).toMatchObject({ status: 412, body: { code: "flag.version-conflict" } });
  });

  it("stops a flag for everyone by its kill switch, and starts it again", async () => {
    const { flag, key } = await startProject();
    const value = async () => (await evaluate(key.secret, "greeting")).body.value;
    expect(await value()).toBe("Hi");
    const killed = await deployment.control("POST", `${flag}/kill`, {
      body: { variation: "hello", reason: "Too familiar" },
    });
    expect(killed.status).toBe(200);
    await expect.poll(value).toBe("Hello");
    expect((await evaluate(key.secret, "greeting")).body).toMatchObject({
      reason: "STATIC",
      metadata: { killed: true },
    });
    expect((await deployment.control("POST", `${flag}/unkill`, { body: {} })).status).toBe(200);
    await expect.poll(value).toBe("Hi");
  });

  it("refuses a revoked key and goes on with its replacement", async () => {
    const { at, key } = await startProject();
    expect((await evaluate(key.secret, "greeting")).status).toBe(200);
    const replacement = await deployment.control("POST", `${at}/keys`, {
      body: { kind: "server", name: "replacement" },
    });
    const revoked = await deployment.control("POST", `${at}/keys/${key.id}/revoke`, { body: {} });
    expect(revoked.status).toBe(200);
    await expect.poll(async () => (await evaluate(key.secret, "greeting")).status).toBe(401);
    expect((await evaluate(replacement.body.secret, "greeting")).status).toBe(200);
  });

  it("counts the events that the edge accepts, once", async () => {
    const { flag, key } = await startProject();
    const timestamp = Date.now();
    const events = [
      {
        kind: "exposure",
        id: "e-1",
        timestamp,
        targetingKey: "user-1",
        flag: "greeting",
        variation: "hi",
      },
      {
        kind: "usage",
        id: "u-1",
        timestamp,
        flag: "greeting",
        variation: "hello",
        reason: "DEFAULT",
        count: 41,
      },
    ];
    const report = (sent: readonly object[]) =>
      deployment.edge("POST", "/sdk/v1/events", {
        headers: { authorization: `Bearer ${key.secret}` },
        body: { events: sent },
      });
    expect(await report(events)).toMatchObject({ status: 202, body: { accepted: 2 } });
    // As a client does whose answer was lost; what comes after it shows when it has been seen.
    expect(await report(events)).toMatchObject({ status: 202 });
    const later = { ...events[1], id: "u-2", variation: "hi", count: 1 };
    expect(await report([later])).toMatchObject({ status: 202, body: { accepted: 1 } });
    const usage = async () => (await deployment.control("GET", `${flag}/usage`)).body;
    await expect
      .poll(async () => (await usage()).totals, { interval: 200 })
      .toMatchObject({ evaluations: 42, exposures: 1 });
    expect((await usage()).lastSeenAtMs).toBe(timestamp);
    expect((await deployment.control("GET", "/api/v1/dead-letters")).body.items).toEqual([]);
  });

  it("tells its health on the Worker that evaluates", async () => {
    expect(await deployment.edge("GET", "/healthz")).toMatchObject({
      status: 200,
      body: { status: "ok" },
    });
  });

  it("changes nothing without the admin token", async () => {
    const { flag } = await startProject();
    const refused = await deployment.control("PATCH", flag, {
      headers: { authorization: "Bearer wrong", "if-match": "*" },
      body: { enabled: false },
    });
    expect(refused.status).toBe(401);
    expect((await deployment.control("GET", flag)).body.flag.enabled).toBe(true);
  });
});
