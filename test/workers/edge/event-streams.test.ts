import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { sdkKeyHash } from "../../../src/core/keys/sdk-key.ts";
import { EventReader } from "../../conformance/ofrep/event-reader.ts";
import { flag } from "../../unit/workers/edge/flags.ts";
import { RemoteRelay } from "../propagation/relays.ts";
import { FLAGS, Isolate, newKey, Tenant } from "./an-edge.ts";
import { PATIENCE_MS, TRIES } from "../../patience.ts";

const BROWSER = { "sec-fetch-mode": "cors" };
/** Long enough for what would come at once. */
const QUIET = 150;
const visible = { clientVisible: true };
const kill = { kind: "flag.kill", key: "a", variation: "off" } as const;
const create = (key: string) => ({ kind: "flag.create", document: flag(key, visible) }) as const;

/** An environment, an isolate that serves it, and the stream that it offers to a client key. */
async function aScene(key?: string) {
  const tenant = await Tenant.with(flag("a", visible));
  const isolate = new Isolate();
  const path = await streamPath(isolate, key ?? tenant.client);
  const revision = async () => (await tenant.environment.newest()).revision;
  return { tenant, isolate, path, revision, relay: new RemoteRelay(tenant.id, "local") };
}

/** Where a bulk answer sends a browser that wants to hear of changes; without the origin. */
async function streamPath(isolate: Isolate, key: string, headers = {}): Promise<string> {
  const { json } = await isolate.bulk(key, {}, { ...BROWSER, ...headers });
  return json.eventStreams[0].url.replace("https://edge.example", "");
}

async function opened(isolate: Isolate, path: string, headers: Record<string, string> = {}) {
  const response = await isolate.send(path, { method: "GET", headers });
  return { response, events: new EventReader(response.body!) };
}

const socketsOf = (relay: RemoteRelay) =>
  runInDurableObject(relay.stub, (_, state) => state.getWebSockets());
const hasSockets = (relay: RemoteRelay, count: number) =>
  vi.waitUntil(async () => (await socketsOf(relay)).length === count, { timeout: PATIENCE_MS });

describe("the event streams of a bulk answer", () => {
  it("are one, with an absolute address that proves the key without telling it", async () => {
    const { tenant, isolate } = await aScene();
    for (const headers of [BROWSER, { origin: "https://app.example" }]) {
      const { json } = await isolate.bulk(tenant.client, {}, headers);
      expect(json.eventStreams).toEqual([
        { type: "sse", url: expect.any(String), inactivityDelaySec: 120 },
      ]);
      const url = new URL(json.eventStreams[0].url);
      expect(`${url.origin}${url.pathname}`).toBe("https://edge.example/ofrep/v1/stream");
      expect(url.href).not.toContain(tenant.client);
      expect(url.href).not.toContain(sdkKeyHash(tenant.client));
    }
  });

  it("have the same address in every isolate, for every user, and after a change", async () => {
    const { tenant, isolate, path } = await aScene();
    await tenant.environment.do(kill, { reason: "r" });
    for (const other of [isolate.later(2_000), new Isolate()]) {
      const { json } = await other.bulk(tenant.client, { targetingKey: "u" }, BROWSER);
      expect(json.flags[0].value).toBe(false);
      expect(json.eventStreams[0].url).toBe(`https://edge.example${path}`);
    }
    expect(await streamPath(isolate, tenant.server)).not.toBe(path);
  });

  it("are for browsers alone: others get the bytes that they always got", async () => {
    const { tenant, isolate } = await aScene();
    const { text } = await isolate.bulk(tenant.client);
    expect(text).toMatch(/^\{"flags":\[.*\]\}$/s);
    expect(Object.keys(JSON.parse(text))).toEqual(["flags"]);
    const single = await isolate.call(`${FLAGS}/a`, { key: tenant.client, headers: BROWSER });
    expect(single.json).not.toHaveProperty("eventStreams");
  });

  it("are covered by the tag: no 304 hides them, or another address, from who has not got them", async () => {
    const { tenant, isolate } = await aScene();
    const plain = (await isolate.bulk(tenant.client)).headers.get("etag")!;
    const full = (await isolate.bulk(tenant.client, {}, BROWSER)).headers.get("etag")!;
    const asked = (tag: string, key = tenant.client) =>
      isolate.bulk(key, {}, { ...BROWSER, "if-none-match": tag });
    expect((await asked(plain)).status).toBe(200);
    expect((await asked(full)).status).toBe(304);
    const rotated = (await tenant.issue("client")).text;
    const answer = await asked(full, rotated);
    expect(answer.status).toBe(200);
    expect(answer.json.eventStreams[0].url).toContain("/ofrep/v1/stream?t=");
    isolate.host = "flags.example";
    const moved = await asked(full);
    expect(moved.status).toBe(200);
    expect(moved.json.eventStreams[0].url).toMatch(/^https:\/\/flags\.example\/ofrep\//);
  });

  it("have the origin that the operator names, whatever a client or a proxy says", async () => {
    const { tenant, isolate } = await aScene();
    const lies = {
      forwarded: "host=evil.example",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "http",
    };
    const originNow = async () => {
      const { json } = await isolate.bulk(tenant.client, {}, { ...BROWSER, ...lies });
      return new URL(json.eventStreams[0].url).origin;
    };
    expect(await originNow()).toBe("https://edge.example");
    isolate.env = { ...isolate.env, PUBLIC_ORIGIN: "https://flags.example/" };
    expect(await originNow()).toBe("https://flags.example");
    isolate.env = { ...isolate.env, PUBLIC_ORIGIN: "flags.example" };
    expect(await originNow()).toBe("https://edge.example");
  });
});

describe("an event stream", () => {
  it("begins at once, as what it is, and tells a first client to ask again", async () => {
    const { isolate, path, revision } = await aScene();
    const { response, events } = await opened(isolate, path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store, no-transform",
      "access-control-allow-origin": "*",
      "x-request-id": expect.any(String),
    });
    expect(response.headers.has("content-encoding")).toBe(false);
    expect(await events.next(PATIENCE_MS)).toEqual({ kind: "retry", ms: 3_000 });
    expect(await events.nextEvent(PATIENCE_MS)).toMatchObject({
      id: String(await revision()),
      name: "message",
      data: {
        type: "refetchEvaluation",
        etag: String(await revision()),
        lastModified: expect.closeTo(Date.now() / 1_000, -2),
      },
    });
    await events.close();
  });

  it("tells who comes back with the newest revision nothing, and everyone else to ask again", async () => {
    const { isolate, path, revision } = await aScene();
    const newest = await revision();
    const { events } = await opened(isolate, path, { "last-event-id": String(newest) });
    expect(await events.nextEvent(PATIENCE_MS)).toMatchObject({
      id: String(newest),
      data: { type: "connected" },
    });
    expect(await events.nextEvent(QUIET)).toBe("silence");
    await events.close();
    for (const other of [newest - 1, newest + 1, "x"]) {
      const again = await opened(isolate, path, { "last-event-id": String(other) });
      const event = await again.events.nextEvent(PATIENCE_MS);
      expect(event).toMatchObject({ id: String(newest), data: { type: "refetchEvaluation" } });
      await again.events.close();
    }
  });

  it("tells of each change, after which the answer is the new one in every isolate", async () => {
    const { tenant, isolate, path, relay } = await aScene();
    const elsewhere = new Isolate();
    await elsewhere.bulk(tenant.client, {});
    const { events } = await opened(isolate, path);
    await events.nextRefetch(PATIENCE_MS);
    await hasSockets(relay, 1);
    const { revision } = await tenant.environment.do(kill, { reason: "r" });
    const event = await events.nextRefetch(PATIENCE_MS);
    expect(event).toMatchObject({
      id: String(revision),
      data: { etag: String(revision), lastModified: expect.any(Number) },
    });
    const answer = await elsewhere.call(`${FLAGS}?flagConfigEtag=${revision}`, {
      key: tenant.client,
    });
    expect(answer.json.flags[0].value).toBe(false);
    await events.close();
  });

  it("loses no change between the bulk answer and the stream, also where an older state is held", async () => {
    const { tenant, isolate, path } = await aScene();
    const { revision } = await tenant.environment.do(kill, { reason: "r" });
    // The isolate has asked a moment ago, and does not yet ask again.
    const { events } = await opened(isolate, path);
    const told: string[] = [];
    while (told.at(-1) !== String(revision)) {
      const event = await events.nextRefetch(PATIENCE_MS);
      if (typeof event === "string") throw new Error(`${event} after ${told.join()}`);
      told.push(String(event.id));
    }
    await events.close();
  });

  it("ends a run of changes with the last one", async () => {
    const { tenant, isolate, path, relay } = await aScene();
    const { events } = await opened(isolate, path);
    await hasSockets(relay, 1);
    let last = 0;
    for (const key of ["b", "c", "d", "e", "f"]) {
      last = (await tenant.environment.do(create(key))).revision;
    }
    let id: unknown;
    while (id !== String(last)) {
      const event = await events.nextRefetch(PATIENCE_MS);
      if (typeof event === "string") throw new Error(`${event} after ${String(id)}`);
      id = event.id;
    }
    expect(await events.nextRefetch(QUIET)).toBe("silence");
    await events.close();
  });

  it("goes on when its relay's socket breaks, with what was missed meanwhile", async () => {
    const { tenant, isolate, path, relay } = await aScene();
    const { events } = await opened(isolate, path);
    await events.nextRefetch(PATIENCE_MS);
    await hasSockets(relay, 1);
    await runInDurableObject(relay.stub, (_, state) => {
      for (const socket of state.getWebSockets()) socket.close(1011, "broken");
    });
    const { revision } = await tenant.environment.do(kill, { reason: "r" });
    expect(await events.nextRefetch(PATIENCE_MS)).toMatchObject({ id: String(revision) });
    await hasSockets(relay, 1);
    await events.close();
  });

  it("ends when no relay can be reached, so that the client comes back by itself", async () => {
    const { isolate, path } = await aScene();
    const { RELAYS, ...rest } = isolate.env;
    let tries = 0;
    isolate.env = {
      ...rest,
      RELAYS: {
        getByName: (name, placement) => {
          const relay = RELAYS.getByName(name, placement) as object;
          return Object.assign(Object.create(relay), {
            fetch: () => {
              tries += 1;
              return Promise.reject(new Error("Network connection lost."));
            },
          });
        },
      },
    };
    const { startTimer } = isolate;
    isolate.startTimer = (ms) => startTimer(ms < 5_000 ? ms / 50 : ms);
    const { response, events } = await opened(isolate, path);
    expect(response.status).toBe(200);
    expect(await events.nextRefetch(PATIENCE_MS)).toMatchObject({
      data: { type: "refetchEvaluation" },
    });
    expect(await events.nextRefetch(PATIENCE_MS)).toBe("ended");
    expect(tries).toBe(6);
  });

  it("says something every now and then, and finds its relay alive", async () => {
    const { isolate, path, relay } = await aScene();
    const asked: number[] = [];
    const { startTimer } = isolate;
    isolate.startTimer = (ms) => {
      if (ms >= 20_000) asked.push(ms);
      return startTimer(ms >= 20_000 ? 100 : ms);
    };
    const { events } = await opened(isolate, path);
    await events.nextRefetch(PATIENCE_MS);
    await hasSockets(relay, 1);
    for (let times = 0; times < 4; times += 1) {
      expect(await events.next(PATIENCE_MS)).toEqual({ kind: "comment" });
    }
    expect(Math.max(...asked)).toBeLessThanOrEqual(25_000);
    // The same one: it has answered each time.
    expect(await socketsOf(relay)).toHaveLength(1);
    await events.close();
  });

  it("lets its relay go when the client leaves", async () => {
    const { isolate, path, relay } = await aScene();
    const { events } = await opened(isolate, path);
    await events.nextRefetch(PATIENCE_MS);
    await hasSockets(relay, 1);
    await events.close();
    await hasSockets(relay, 0);
  });
});

describe("who may hear an event stream", () => {
  it("is told to ask again and let go when the key is revoked, and refused with the next try", async () => {
    const { tenant, isolate, relay } = await aScene();
    const { id, text } = await tenant.issue("client");
    const path = await streamPath(isolate, text);
    const { events } = await opened(isolate, path);
    await events.nextRefetch(PATIENCE_MS);
    await hasSockets(relay, 1);
    await tenant.environment.do({ kind: "key.revoke", id });
    expect(await events.nextRefetch(PATIENCE_MS)).toMatchObject({
      data: { type: "refetchEvaluation", etag: "ended" },
    });
    expect(await events.nextRefetch(PATIENCE_MS)).toBe("ended");
    const told = await isolate.call(`${FLAGS}?flagConfigEtag=ended`, { key: text });
    expect(told.status).toBe(401);
    expect((await isolate.call(path, { method: "GET" })).status).toBe(401);
  });

  it("is let go when the key expires", async () => {
    const { tenant, isolate, relay } = await aScene();
    const { text } = await tenant.issue("client", { expiresAtMs: Date.now() + 1_500 });
    const path = await streamPath(isolate, text);
    const { events } = await opened(isolate, path);
    await events.nextRefetch(PATIENCE_MS);
    await hasSockets(relay, 1);
    expect(await events.nextRefetch(PATIENCE_MS)).toMatchObject({
      data: { type: "refetchEvaluation" },
    });
    expect(await events.nextRefetch(PATIENCE_MS)).toBe("ended");
    expect((await isolate.call(path, { method: "GET" })).json.errorDetails).toContain("expired");
  });

  it("is nobody without the right token, which no answer and no log line repeats", async () => {
    const { tenant, isolate, path, relay } = await aScene();
    const other = await Tenant.with();
    const [, token = ""] = path.split("?t=");
    const [environment = "", keyId = "", proof = ""] = token.split(".");
    const wrong = [
      "",
      "?t=",
      "?t=nothing",
      `?t=${token.slice(0, -1)}`,
      `?t=${environment}.${keyId}.${sdkKeyHash("another")}`,
      `?t=${environment}.${crypto.randomUUID()}.${proof}`,
      `?t=${other.id}.${keyId}.${proof}`,
      `?t=${tenant.client}`,
      `?key=${tenant.client}`,
      `?t=${sdkKeyHash(newKey("client", tenant.id)).slice(0, 32)}.${keyId}.${proof}`,
    ];
    for (const query of wrong) {
      const answer = await isolate.call(`/ofrep/v1/stream${query}`, { method: "GET" });
      expect(answer, query).toMatchObject({ status: 401, json: { errorCode: "GENERAL" } });
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      if (query.length > 20) expect(answer.text).not.toContain(query.slice(3, 40));
    }
    const { events } = await opened(isolate, path);
    await events.nextRefetch(PATIENCE_MS);
    await events.close();
    await hasSockets(relay, 0);
    const logged = JSON.stringify(isolate.lines);
    expect(isolate.lines.length).toBeGreaterThanOrEqual(wrong.length);
    for (const secret of [proof, token, tenant.client, "?t="]) expect(logged).not.toContain(secret);
  });

  it("is asked for an origin only as far as browsers name one", async () => {
    const { tenant, isolate } = await aScene();
    const origin = "https://app.example";
    const { text } = await tenant.issue("client", { origins: [origin] });
    const path = await streamPath(isolate, text, { origin });
    const statusFor = async (headers: Record<string, string>) =>
      (await isolate.send(path, { method: "HEAD", headers })).status;
    expect(await statusFor({ origin })).toBe(200);
    expect(await statusFor({})).toBe(200);
    expect(await statusFor({ origin: "https://evil.example" })).toBe(403);
  });

  it("a key that was issued this moment", async () => {
    const { tenant, isolate } = await aScene();
    const { text } = await tenant.issue("client");
    const path = await streamPath(new Isolate(), text);
    const { response, events } = await opened(isolate, path);
    expect(response.status).toBe(200);
    await events.close();
  });

  it("may ask for the headers alone, and with no other method", async () => {
    const { isolate, path, relay } = await aScene();
    const head = await isolate.send(path, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-type")).toBe("text/event-stream");
    expect(await head.text()).toBe("");
    expect(await socketsOf(relay)).toHaveLength(0);
    const post = await isolate.call(path);
    expect(post.status).toBe(405);
    expect(post.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect((await isolate.send(path, { method: "OPTIONS" })).status).toBe(204);
    for (const other of [`/${path}`, path.replace("?", "/?")]) {
      expect((await isolate.send(other, { method: "HEAD" })).status, other).toBe(200);
    }
  });
});

const unchanged = (answer: unknown) => answer;

/** An isolate behind whose relay a change is accepted, and how often it asks that relay. */
async function isolateBehind() {
  const { tenant, isolate } = await aScene();
  const { RELAYS } = isolate.env;
  const asked: unknown[] = [];
  let change: (answer: unknown) => unknown = unchanged;
  const getByName = (name: string) => ({
    changesSince: async (since: number | null) => {
      asked.push(since);
      const relay = RELAYS.getByName(name) as { changesSince(since: number | null): unknown };
      return change(await relay.changesSince(since));
    },
  });
  isolate.env = { ...isolate.env, RELAYS: { getByName } };
  await isolate.bulk(tenant.client, {});
  asked.length = 0;
  return {
    tenant,
    isolate,
    asked,
    answerWith: (next: typeof change) => (change = next),
    told: (query: string) => isolate.call(`${FLAGS}?${query}`, { key: tenant.client }),
  };
}

describe("a client that was told of a change", () => {
  it("gets it from an isolate that holds what was before, however it says so", async () => {
    for (const query of [
      "flagConfigEtag=x",
      "flagConfigLastModified=1767268800",
      "flagConfigEtag=",
    ]) {
      const { tenant, told } = await isolateBehind();
      await tenant.environment.do(kill, { reason: "r" });
      expect((await told(query)).json.flags[0].value, query).toBe(false);
    }
  });

  it("asks nobody when what is held is no older than what it was told of", async () => {
    const { tenant, told, asked } = await isolateBehind();
    const { revision } = await tenant.environment.newest();
    await told(`flagConfigEtag=${revision}`);
    await told(`flagConfigEtag=${revision - 1}`);
    expect(asked).toEqual([]);
    await told(`flagConfigEtag=${revision + 1}`);
    expect(asked.length).toBeGreaterThan(0);
  });

  it("waits a moment for a relay that has not heard of it yet", async () => {
    const { tenant, told, asked, answerWith } = await isolateBehind();
    const { revision: before } = await tenant.environment.newest();
    const { revision } = await tenant.environment.do(kill, { reason: "r" });
    answerWith((answer) =>
      asked.length > 1
        ? answer
        : { kind: "confirmed", changes: { kind: "current", revision: before } },
    );
    expect((await told(`flagConfigEtag=${revision}`)).json.flags[0].value).toBe(false);
    expect(asked).toEqual([before, before]);
  });

  it("is asked for no more than others while its key is not known to be good", async () => {
    const { tenant, isolate, asked } = await isolateBehind();
    const key = newKey("client", tenant.id);
    expect((await isolate.call(`${FLAGS}?flagConfigEtag=999999999`, { key })).status).toBe(401);
    const token = `${tenant.id}.${crypto.randomUUID()}.${sdkKeyHash(key)}`;
    const headers = { "last-event-id": "999999999" };
    const stream = await isolate.call(`/ofrep/v1/stream?t=${token}`, { method: "GET", headers });
    expect(stream.status).toBe(401);
    // One question for each, as for any key that might have been issued this moment.
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it("does not wait long for what nobody has", TRIES, async () => {
    const { told, asked } = await isolateBehind();
    const began = Date.now();
    const answer = await told("flagConfigEtag=999999999");
    expect(answer.json.flags[0].value).toBe(true);
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(Date.now() - began).toBeLessThan(1_000);
  });
});
