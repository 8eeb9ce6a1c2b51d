import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { CLOSE, type ContextFrame } from "../../../src/core/streaming/frames.ts";
import { segment } from "../../unit/core/authority/builders.ts";
import { fixed, flag, onWhen } from "../../unit/workers/edge/flags.ts";
import { Isolate, newKey, Tenant } from "../edge/an-edge.ts";
import { RemoteRelay, unreachable } from "../propagation/relays.ts";
import { atEdge, bearer, type Reader, STREAM, streamAt } from "./sockets.ts";

const CANARY = "canary-7d1f";
const visible = { clientVisible: true };
const isPremium = { attribute: "plan", operator: "eq", value: "premium" } as const;
const premium = onWhen("premium", "r1", isPremium);
const reason = { reason: "it hurts" };

/** The relay that the edge asks when nobody says where it is. */
const relayOf = (tenant: Tenant) => new RemoteRelay(tenant.id, "local");

const say = (reader: Reader, context: ContextFrame["context"]) =>
  reader.socket.send(JSON.stringify({ type: "context", context } satisfies ContextFrame));

async function clientOf(
  tenant: Tenant,
  context: ContextFrame["context"] = { targetingKey: "user-1" },
) {
  const { reader } = await streamAt(bearer(tenant.client));
  say(reader, context);
  await reader.frame(0);
  return reader;
}

const valuesIn = (frame: any) =>
  Object.fromEntries(frame.flags.map((item: any) => [item.key, item.value]));

describe("opening a stream", () => {
  it("takes the key in a header, or among the subprotocols, and agrees on the stream's own", async () => {
    const tenant = await Tenant.with(flag("a"));
    for (const headers of [
      bearer(tenant.server),
      { "x-api-key": tenant.server },
      { "sec-websocket-protocol": `switchyard.v1, switchyard.key.${tenant.server}` },
    ]) {
      const { reader, response } = await streamAt(headers);
      expect(response.status).toBe(101);
      const isOffered = "sec-websocket-protocol" in headers;
      const agreed = response.headers.get("sec-websocket-protocol");
      expect(agreed).toBe(isOffered ? "switchyard.v1" : null);
      expect((await reader.frame(0)).type).toBe("snapshot");
    }
  });

  it("by plain HTTP is answered with 426, 401 or 403 and what to do instead", async () => {
    const tenant = await Tenant.with(flag("a"));
    const bound = await tenant.issue("client", { origins: ["https://shop.example"] });
    for (const [status, headers] of [
      [426, bearer(tenant.server)],
      [401, {}],
      [401, bearer(newKey("server", tenant.id))],
      [403, { ...bearer(bound.text), origin: "https://evil.example" }],
    ] as const) {
      const response = await atEdge(STREAM, headers);
      expect(response.status).toBe(status);
      const { errorCode, errorDetails } = await response.json<Record<string, string>>();
      expect(errorCode).toBe("GENERAL");
      expect(errorDetails!.length).toBeGreaterThan(20);
    }
  });

  it("with a key that opens nothing is answered on the socket, which browsers cannot see otherwise", async () => {
    const tenant = await Tenant.with(flag("a"));
    const bound = await tenant.issue("client", { origins: ["https://shop.example"] });
    for (const headers of [
      {},
      bearer(newKey("client", tenant.id)),
      { ...bearer(bound.text), origin: "https://evil.example" },
    ]) {
      const { reader } = await streamAt(headers);
      expect(await reader.frame(0)).toMatchObject({ type: "error", errorCode: "GENERAL" });
      expect(await reader.closedWith()).toBe(CLOSE.unauthorized);
      const isMissing = Object.keys(headers).length === 0;
      expect(reader.texts[0]!.includes("switchyard.key.<key>")).toBe(isMissing);
      expect(reader.frames).toHaveLength(1);
    }
    const { reader } = await streamAt({ ...bearer(bound.text), origin: "https://shop.example" });
    say(reader, {});
    expect((await reader.frame(0)).type).toBe("values");
  });
});

describe("a server key's stream", () => {
  it("is resumed where it was, hears of a kill, and ends with the key", async () => {
    const tenant = await Tenant.with(flag("a"));
    const { id, text } = await tenant.issue("server");
    const { reader: first } = await streamAt(bearer(text));
    const { snapshot } = await first.frame(0);
    expect(snapshot.keys).toEqual([]);
    first.socket.close(1000);
    const { reader } = await streamAt(bearer(text), `${STREAM}?since=${snapshot.revision}`);
    expect(await reader.frame(0)).toEqual({ type: "current", revision: snapshot.revision });
    await tenant.environment.do({ kind: "flag.kill", key: "a", variation: null }, reason);
    const { delta } = await reader.frame(1);
    expect(delta).toMatchObject({
      since: snapshot.revision,
      changes: [{ kind: "flag", key: "a" }],
    });
    expect(delta.changes[0].state.document.killed).not.toBeNull();
    await tenant.environment.do({ kind: "key.revoke", id });
    expect(await reader.closedWith()).toBe(CLOSE.unauthorized);
    expect(reader.frames.slice(2)).toEqual([{ type: "ended" }]);
  });

  it("is not opened, and to be tried again, while the relay has nothing and reaches nobody", async () => {
    const tenant = await Tenant.with(flag("a"));
    const response = await atEdge(STREAM, bearer(tenant.server));
    expect(response.status).toBe(426);
    const relay = relayOf(tenant);
    await relay.rewire({ ENVIRONMENTS: unreachable("error") });
    const { revision } = await tenant.environment.newest();
    const path = `${STREAM}?since=${revision + 1}`;
    const refused = await atEdge(path, { upgrade: "websocket", ...bearer(tenant.server) });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
  });
});

describe("a client key's stream", () => {
  it("sends all that the key may see for the context, then only what changes, and what goes", async () => {
    const tenant = await Tenant.with(premium, fixed("size", "integer", 1), flag("hidden"));
    const reader = await clientOf(tenant, { targetingKey: "user-1", plan: "premium" });
    const first = await reader.frame(0);
    const { revision } = await tenant.environment.newest();
    expect(first).toMatchObject({ type: "values", revision, complete: true, removed: [] });
    expect(valuesIn(first)).toEqual({ premium: true, size: 1 });
    say(reader, { targetingKey: "user-1", plan: "free" });
    const second = await reader.frame(1);
    expect(second).toMatchObject({ complete: false, removed: [] });
    expect(valuesIn(second)).toEqual({ premium: false });
    say(reader, { targetingKey: "user-2", plan: "free" });
    expect(await reader.frame(2)).toMatchObject({ complete: false, flags: [], removed: [] });
    await tenant.environment.do({ kind: "flag.create", document: fixed("new", "string", "x") });
    expect(valuesIn(await reader.frame(3))).toEqual({ new: "x" });
    await tenant.environment.do({ kind: "flag.archive", key: "size", expectedVersion: 1 }, reason);
    expect(await reader.frame(4)).toMatchObject({ flags: [], removed: ["size"] });
  });

  it("says the same of each flag as a bulk evaluation does", async () => {
    const tenant = await Tenant.with(
      premium,
      fixed("o", "object", { a: [1] }),
      flag("off", visible),
    );
    const context = { targetingKey: "user-1", plan: "premium" };
    const reader = await clientOf(tenant, context);
    const bulk = (await new Isolate().bulk(tenant.client, context)).json;
    expect((await reader.frame(0)).flags).toEqual(bulk.flags);
  });

  it("sends a kill, evaluated with the revision that did it or a later one", async () => {
    const tenant = await Tenant.with(fixed("pay", "boolean", true));
    const reader = await clientOf(tenant);
    const killed = await tenant.environment.do(
      { kind: "flag.kill", key: "pay", variation: null },
      reason,
    );
    const { flags, revision } = await reader.frame(1);
    expect(revision).toBeGreaterThanOrEqual(killed.revision);
    expect(flags).toMatchObject([{ key: "pay", metadata: { killed: true } }]);
  });

  it("never shows what a client key must not see, however that changes", async () => {
    const seg = segment(`${CANARY}-segment`, { name: CANARY, included: [`${CANARY}-unit`] });
    const hidden = fixed(`${CANARY}-flag`, "string", `${CANARY}-value`, { clientVisible: false });
    const ruled = onWhen("ruled", `${CANARY}-rule`, {
      attribute: "plan",
      operator: "eq",
      value: `${CANARY}-plan`,
    });
    const tenant = await Tenant.with(hidden, ruled);
    await tenant.environment.do({ kind: "segment.create", document: seg });
    const reader = await clientOf(tenant);
    const patch = { description: `${CANARY}-description` };
    const { key } = hidden;
    await tenant.environment.do({ kind: "flag.patch", key, patch, expectedVersion: 1 }, reason);
    await tenant.environment.do({ kind: "flag.kill", key: hidden.key, variation: null }, reason);
    const { revision } = await tenant.environment.do({
      kind: "flag.create",
      document: fixed("last", "boolean", true),
    });
    await reader.until(() => reader.frames.at(-1).revision >= revision);
    expect(reader.texts.join("")).toContain('"ruled"');
    expect(reader.texts.join("")).not.toContain(CANARY);
  });

  it("ends, with its relay's socket, when the key is revoked", async () => {
    const tenant = await Tenant.with(fixed("a", "boolean", true));
    const { id, text } = await tenant.issue("client");
    const { reader } = await streamAt(bearer(text));
    say(reader, {});
    await reader.frame(0);
    await tenant.environment.do({ kind: "key.revoke", id });
    expect(await reader.closedWith()).toBe(CLOSE.unauthorized);
    expect(await socketsAt(relayOf(tenant))).toBe(0);
  });

  it("lets go of the relay's socket when the client leaves", async () => {
    const tenant = await Tenant.with(fixed("a", "boolean", true));
    const reader = await clientOf(tenant);
    expect(await socketsAt(relayOf(tenant))).toBe(1);
    reader.socket.close(1000);
    await reader.closedWith();
    while ((await socketsAt(relayOf(tenant))) > 0) await scheduler.wait(2);
  });

  it("answers pings, keeps going after a context that is wrong, and ends after nonsense", async () => {
    const tenant = await Tenant.with(fixed("a", "boolean", true));
    const reader = await clientOf(tenant);
    reader.socket.send("ping");
    await reader.until(() => reader.texts.includes("pong"));
    reader.socket.send('{"type":"context","context":"user-1"}');
    expect(await reader.frame(1)).toMatchObject({ type: "error", errorCode: "INVALID_CONTEXT" });
    say(reader, { targetingKey: "user-2" });
    expect((await reader.frame(2)).type).toBe("values");
    for (const nonsense of [
      "{}",
      "not json",
      JSON.stringify({ type: "context", pad: "x".repeat(70_000) }),
    ]) {
      const other = await clientOf(tenant);
      other.socket.send(nonsense);
      expect(await other.frame(1)).toMatchObject({ type: "error", errorCode: "PARSE_ERROR" });
      expect(await other.closedWith()).toBe(CLOSE.unreadable);
    }
  });

  it("ends when more comes than a person's device would send", async () => {
    const tenant = await Tenant.with(fixed("a", "boolean", true));
    const reader = await clientOf(tenant);
    for (let count = 0; count < 1_300; count += 1) reader.socket.send("ping");
    expect(await reader.closedWith()).toBe(CLOSE.unreadable);
  });

  it("goes on when its relay restarts, and misses nothing", async () => {
    const tenant = await Tenant.with(fixed("a", "boolean", true));
    const reader = await clientOf(tenant);
    await runInDurableObject(relayOf(tenant).stub, (_, state) => {
      for (const socket of state.getWebSockets()) socket.close(1012);
    });
    await tenant.environment.do({ kind: "flag.create", document: fixed("b", "boolean", true) });
    expect(valuesIn(await reader.frame(1))).toEqual({ b: true });
    expect(reader.closed).toBeUndefined();
  });
});

describe("the ruleset over HTTP", () => {
  const RULESET = "/sdk/v1/ruleset";

  it("is what a server key lacks, without SDK keys, and nothing when it lacks nothing", async () => {
    const tenant = await Tenant.with(flag("a"));
    const all = await atEdge(RULESET, bearer(tenant.server));
    const { keys, ...served } = await tenant.environment.newest();
    const { revision } = served;
    expect(keys).toHaveLength(2);
    expect(all.headers.get("etag")).toBe(`"${revision}"`);
    expect(await all.json()).toMatchObject({ kind: "snapshot", snapshot: { ...served, keys: [] } });
    await tenant.environment.do({ kind: "flag.create", document: flag("b") });
    await relayOf(tenant).arrived(revision + 1);
    const step = await atEdge(`${RULESET}?since=${revision}`, bearer(tenant.server));
    expect(await step.json()).toMatchObject({
      kind: "delta",
      delta: { since: revision, revision: revision + 1, changes: [{ key: "b" }] },
    });
    for (const [path, headers] of [
      [`${RULESET}?since=${revision + 1}`, {}],
      [RULESET, { "if-none-match": `"${revision + 1}"` }],
    ] as const) {
      const current = await atEdge(path, { ...bearer(tenant.server), ...headers });
      expect(current.status).toBe(304);
      expect(current.headers.get("etag")).toBe(`"${revision + 1}"`);
      expect(await current.text()).toBe("");
    }
  });

  it("is refused to client keys and to no keys, in words", async () => {
    const tenant = await Tenant.with(flag("a"));
    for (const [status, headers] of [
      [403, bearer(tenant.client)],
      [401, {}],
      [401, bearer(newKey("server", tenant.id))],
    ] as const) {
      const response = await atEdge(RULESET, headers);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ errorCode: "GENERAL" });
    }
  });

  it("is not to be had now, and to be asked for again, when nobody reaches the authority", async () => {
    const tenant = await Tenant.with(flag("a"));
    await atEdge(RULESET, bearer(tenant.server));
    const { revision } = await tenant.environment.newest();
    await relayOf(tenant).rewire({ ENVIRONMENTS: unreachable("error") });
    const response = await atEdge(`${RULESET}?since=${revision + 5}`, bearer(tenant.server));
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
  });
});

describe("the ruleset when its relay cannot be asked", () => {
  it("is the boot copy for who lacks it, marked as stale, and without SDK keys", async () => {
    const tenant = await Tenant.with(flag("a"));
    while (!(await runDurableObjectAlarm(tenant.environment.stub))) await scheduler.wait(1);
    const { keys, ...served } = await tenant.environment.newest();
    const isolate = new Isolate();
    isolate.env = { ...env, RELAYS: unreachable("error") };
    const ask = (query: string) =>
      isolate.call(`/sdk/v1/ruleset${query}`, { key: tenant.server, method: "GET" });
    const all = await ask("");
    expect(all.status).toBe(200);
    expect(all.json).toMatchObject({ kind: "snapshot", snapshot: { ...served, keys: [] } });
    expect(all.json.seal.signature).toMatch(/^[0-9a-f]{128}$/);
    expect(Number(all.headers.get("x-switchyard-stale"))).toBeGreaterThan(0);
    expect(keys.length).toBeGreaterThan(0);
    expect((await ask(`?since=${served.revision}`)).status).toBe(503);
  });
});

async function socketsAt(relay: RemoteRelay): Promise<number> {
  return await runInDurableObject(relay.stub, (_, state) => state.getWebSockets().length);
}
