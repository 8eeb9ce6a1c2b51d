import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createEventQueue } from "../../../src/adapters/queues/event-queue.ts";
import type { IntakeEvent } from "../../../src/core/events/event.ts";
import type { SendResult } from "../../../src/core/events/event-queue.ts";
import { sdkKeyHash } from "../../../src/core/keys/sdk-key.ts";
import { exposure, metric, usage } from "../../unit/core/events/wire.ts";
import { rollout } from "../../unit/core/authority/builders.ts";
import { flag } from "../../unit/workers/edge/flags.ts";
import { TestQueue } from "../../unit/workers/edge/test-queue.ts";
import { type Called, type CallOptions, FLAGS, Isolate, newKey, Tenant } from "./an-edge.ts";
import { sealedByATest } from "./sealed-by-a-test.ts";

const EVENTS = "/sdk/v1/events";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await Tenant.with(
    flag("seen", { clientVisible: true }),
    flag("hidden"),
    flag("disabled", { clientVisible: true, enabled: false, offVariation: null }),
    flag("needs-unit", { default: rollout(50, 50) }),
  );
});

let edge: Isolate;
let queue: TestQueue;
beforeEach(() => {
  edge = new Isolate();
  queue = new TestQueue();
  edge.queue = queue;
});

const now = () => ({ timestamp: Date.now() });
const seen = (parts: Record<string, unknown> = {}) =>
  exposure({ flag: "seen", ...now(), ...parts });

const isUse = (events: readonly IntakeEvent[]) => events.every(({ kind }) => kind === "key-use");

function send(body: unknown, options: CallOptions = {}): Promise<Called> {
  return edge.call(EVENTS, { key: tenant.server, body, ...options });
}

describe("a batch of events", () => {
  it("is accepted once it is in the queue, and not before", async () => {
    let isTaken = false;
    edge.queue = {
      async send() {
        await scheduler.wait(50);
        isTaken = true;
        return { kind: "accepted" };
      },
    };
    const called = await send({ events: [seen(), metric(now())] });
    expect(isTaken).toBe(true);
    expect(called).toMatchObject({
      status: 202,
      json: { accepted: 2, rejected: [], rejectedCount: 0 },
    });
    expect(called.headers.get("cache-control")).toBe("no-store");
    expect(called.headers.get("x-switchyard-revision")).not.toBeNull();
  });

  it("is put into chunks of the key's environment, with the time of receipt", async () => {
    const before = Date.now();
    await send({ events: [seen({ id: "a" }), metric({ id: "b", ...now() })] });
    expect(queue.taken).toMatchObject([
      {
        format: "switchyard.events/1",
        environmentId: tenant.id,
        events: [{ id: "a" }, { id: "b" }],
      },
    ]);
    expect(queue.taken[0]?.receivedAtMs).toBeGreaterThanOrEqual(before);
    expect(queue.taken[0]?.receivedAtMs).toBeLessThanOrEqual(Date.now());
  });

  it("that is sent again after a lost answer makes the same chunks", async () => {
    const events = Array.from({ length: 2_000 }, (_, n) => seen({ id: `e-${n}` }));
    await send({ events });
    edge.later(60_000);
    await send({ events });
    const batches = queue.asked.filter((chunks) => chunks.some(({ events: some }) => !isUse(some)));
    const [first, second] = batches.map((chunks) => chunks.map(({ id }) => id));
    expect(first?.length).toBeGreaterThan(2);
    expect(second).toEqual(first);
    expect(queue.events.filter(({ kind }) => kind === "exposure")).toHaveLength(2_000);
  });

  it("loses its bad events only, and says which and why", async () => {
    const events = [seen({ id: "good" }), seen({ id: "bad", variation: undefined })];
    expect(await send({ events })).toMatchObject({
      status: 202,
      json: {
        accepted: 1,
        rejectedCount: 1,
        rejected: [
          { index: 1, id: "bad", code: "missing-field", message: '"variation" is missing.' },
        ],
      },
    });
    expect(queue.events.map(({ id }) => id)).toEqual(["good"]);
  });

  it("of which nothing can be taken is a 400 that says the same, and no message", async () => {
    const called = await send({ events: [seen({ timestamp: 5 })] });
    expect(called).toMatchObject({
      status: 400,
      json: {
        errorCode: "GENERAL",
        errorDetails: expect.any(String),
        accepted: 0,
        rejectedCount: 1,
        rejected: [{ index: 0, code: "too-old" }],
      },
    });
    expect(queue.asked).toEqual([]);
  });

  it("without events is accepted and makes no message", async () => {
    expect(await send({ events: [] })).toMatchObject({ status: 202, json: { accepted: 0 } });
    expect(queue.asked).toEqual([]);
  });

  it.each(["", "{", "[]", '{"event":[]}', '{"events":7}'])(
    "that cannot be read, %j, is a 400 with what to do",
    async (body) => {
      expect(await send(body)).toMatchObject({
        status: 400,
        json: { errorCode: "PARSE_ERROR", errorDetails: expect.stringMatching(/\w{3}/) },
      });
    },
  );

  it("that is compressed is a 400 that says so", async () => {
    const headers = { "content-encoding": "gzip" };
    expect(await send("\u001f\u008b", { headers })).toMatchObject({
      status: 400,
      json: { errorDetails: expect.stringContaining("compressed bodies are not read") },
    });
  });

  it("of 1 MiB is read, one byte more is refused", async () => {
    const text = JSON.stringify({ events: [seen()] });
    const padded = text + " ".repeat(1_048_576 - text.length);
    expect((await send(padded)).status).toBe(202);
    expect(await send(`${padded} `)).toMatchObject({
      status: 413,
      json: { errorCode: "GENERAL" },
    });
  });

  it("has no private attribute left when it reaches the queue", async () => {
    const attributes = { email: "ada@example.com", iban: "DE99", plan: "pro" };
    await send({
      privateAttributes: ["email"],
      events: [seen({ attributes, privateAttributes: ["iban"] })],
    });
    expect(queue.events).toMatchObject([{ attributes: { plan: "pro" } }]);
    expect(JSON.stringify(queue.asked)).not.toMatch(/example\.com|DE99/);
  });
});

describe("when the queue does not take it", () => {
  it.each([
    [{ kind: "busy", retryAfterSeconds: 7 }, 429, "7"],
    [{ kind: "busy", retryAfterSeconds: 0.2 }, 429, "1"],
    [{ kind: "unavailable" }, 503, "1"],
    ["error", 503, "1"],
  ] satisfies [SendResult | "error", number, string][])(
    "(%o) a batch is a %i, to be sent again as it is",
    async (answer, status, retryAfter) => {
      queue.answer = answer;
      const called = await send({ events: [seen()] });
      expect(called.status).toBe(status);
      expect(called.headers.get("retry-after")).toBe(retryAfter);
      expect(called.json.errorDetails).toContain("Send the whole batch again after");
      expect(called.json.errorDetails).toContain("not counted twice");
      expect(called.json.accepted).toBeUndefined();
    },
  );

  it("evaluation goes on, /healthz says since when, and all is well when it is over", async () => {
    queue.answer = "error";
    await send({ events: [seen()] });
    expect((await edge.flag(tenant, "seen")).status).toBe(200);
    const during = (await edge.call("/healthz", { method: "GET" })).json;
    expect(during).toMatchObject({ status: "degraded", dependencies: { queue: "down" } });
    expect(Date.parse(during.events.queueFailingSince)).toBeGreaterThan(Date.now() - 10_000);
    expect(edge.lines).toContainEqual(expect.objectContaining({ event: "queue.refused" }));

    queue.answer = { kind: "accepted" };
    await send({ events: [seen(), {}] });
    expect((await edge.call("/healthz", { method: "GET" })).json).toMatchObject({
      status: "ok",
      dependencies: { queue: "up" },
      events: { accepted: 1, rejected: 1, dropped: 0, queueFailingSince: null },
    });
  });
});

describe("who may send", () => {
  it("nobody without a good key", async () => {
    const strangers = [null, "sy_server_nonsense", newKey("server", tenant.id)];
    for (const key of strangers) {
      const called = await send({ events: [seen()] }, { key });
      expect(called).toMatchObject({ status: 401, json: { errorCode: "GENERAL" } });
      expect(called.headers.get("www-authenticate")).toContain("Bearer");
    }
    expect(queue.asked).toEqual([]);
  });

  it("a key of another tenant, whose events stay with that tenant", async () => {
    const other = await Tenant.with(flag("seen", { clientVisible: true }));
    await send({ events: [seen()] }, { key: other.server });
    expect(queue.taken.map(({ environmentId }) => environmentId)).toEqual([other.id]);
  });

  it("a client key on its origins only", async () => {
    const { text } = await tenant.issue("client", { origins: ["https://app.example"] });
    const from = (origin: string) =>
      edge.call(`${EVENTS}?key=${text}`, { body: { events: [seen()] }, headers: { origin } });
    expect((await from("https://app.example")).status).toBe(202);
    expect((await from("https://evil.example")).status).toBe(403);
    expect(queue.asked).toHaveLength(1);
  });

  it("a server key only in a header: in a URL it is refused, with what to do about it", async () => {
    const body = { events: [seen()] };
    const called = await edge.call(`${EVENTS}?key=${tenant.server}`, { body });
    expect(called.status).toBe(401);
    expect(called.json.errorDetails).toContain("Revoke it");
    expect(queue.asked).toEqual([]);
  });

  it("a key in a header goes before one in the URL, and one that is none is told so", async () => {
    const other = await Tenant.with(flag("seen", { clientVisible: true }));
    await edge.call(`${EVENTS}?key=${other.client}`, {
      key: tenant.client,
      body: { events: [seen()] },
    });
    expect(queue.taken[0]?.environmentId).toBe(tenant.id);
    const cut = await edge.call(`${EVENTS}?key=${tenant.client.slice(0, -1)}`, { body: "{}" });
    expect(cut).toMatchObject({
      status: 401,
      json: { errorDetails: expect.stringMatching(/key/) },
    });
    const odd = await edge.call(`${EVENTS}?key=%0a%00%F0%9F%9A%80`, { body: "{}" });
    expect(odd.status).toBe(401);
  });

  it("keys and events never reach the log", async () => {
    queue.answer = "error";
    // Nothing that a random request id could hold.
    const events = [seen({ targetingKey: "somebody@unit" })];
    await edge.call(`${EVENTS}?key=${tenant.client}`, { body: { events } });
    await edge.call(`${EVENTS}?key=${tenant.server}`, { body: { events } });
    await send({ events: [seen({ targetingKey: 7e99, attributes: { secret: ["plan-x"] } })] });
    expect(edge.lines.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(edge.lines)).not.toMatch(/sy_client|sy_server|plan-x|somebody@unit/);
  });

  it("another method than POST is a 405", async () => {
    const called = await edge.call(EVENTS, { method: "GET", key: tenant.server });
    expect(called.status).toBe(405);
    expect(called.headers.get("allow")).toBe("POST, OPTIONS");
  });
});

const many = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    kind: "exposure",
    id: `e-${n}`,
    timestamp: Date.now(),
    targetingKey: "ada",
    flag: "seen",
    variation: "on",
  }));

describe("what a client key may send", () => {
  it("is 1,000 events in a batch of 256 KiB", async () => {
    const key = tenant.client;
    expect((await send({ events: many(1_000) }, { key })).json.accepted).toBe(1_000);
    expect(await send({ events: many(1_001) }, { key })).toMatchObject({
      status: 400,
      json: { errorDetails: "There are 1001 events. Send at most 1000 in one batch." },
    });
    const text = JSON.stringify({ events: [seen()] });
    const padded = text + " ".repeat(262_144 - text.length);
    expect((await send(padded, { key })).status).toBe(202);
    expect(await send(`${padded} `, { key })).toMatchObject({
      status: 413,
      json: { errorDetails: expect.stringContaining("larger than 262144 bytes") },
    });
  });

  it("is so many events a second, and leaves other keys alone", async () => {
    const { text: other } = await tenant.issue("client");
    const events = many(1_000);
    let last = await send({ events }, { key: tenant.client });
    for (let n = 0; n < 40 && last.status === 202; n += 1) {
      last = await send({ events }, { key: tenant.client });
    }
    expect(last.status).toBe(429);
    expect(last.headers.get("retry-after")).toBe("1");
    expect(last.json.errorDetails).toContain("Too many events come with this client key");
    expect((await send({ events }, { key: tenant.server })).status).toBe(202);
    expect((await send({ events: [seen()] }, { key: other })).status).toBe(202);
    edge.later(1_000);
    expect((await send({ events }, { key: tenant.client })).status).toBe(202);
  });
});

describe("browsers", () => {
  it("may send a beacon: no header of its own, a body of plain text, the key in the URL", async () => {
    const body = JSON.stringify({ sentAt: Date.now(), events: [seen()] });
    const called = await edge.call(`${EVENTS}?key=${tenant.client}`, {
      body,
      headers: {
        "content-type": "text/plain;charset=UTF-8",
        origin: "https://app.example",
        referer: "https://app.example/",
        "sec-fetch-mode": "no-cors",
        "sec-fetch-site": "cross-site",
      },
    });
    expect(called).toMatchObject({ status: 202, json: { accepted: 1 } });
    expect(called.headers.get("access-control-allow-origin")).toBe("*");
  });

  it("may send JSON from any origin, after a preflight without a key", async () => {
    const preflight = await edge.call(EVENTS, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
  });
});

const unseen = () => [seen({ id: "h", flag: "hidden" }), seen({ id: "g", flag: "ghost" })];

describe("flags that an event names", () => {
  it("may be any, with a server key: late reports of archived flags count under their key", async () => {
    expect((await send({ events: unseen() })).json.accepted).toBe(2);
  });

  it("must be visible to clients, with a client key", async () => {
    const called = await send({ events: [...unseen(), seen()] }, { key: tenant.client });
    expect(called.json.accepted).toBe(1);
    expect(called.json.rejected.map(({ id, code }: any) => [id, code])).toEqual([
      ["h", "flag-unknown"],
      ["g", "flag-unknown"],
    ]);
  });

  it("are not counted by a client key, which anyone can read", async () => {
    const events = [usage({ flag: "seen", ...now() }), seen()];
    const called = await send({ events }, { key: tenant.client });
    expect(called).toMatchObject({
      status: 202,
      json: { accepted: 1, rejected: [{ index: 0, id: "u-1", code: "server-key-only" }] },
    });
    expect(queue.events.map(({ kind }) => kind)).toEqual(["exposure"]);
  });

  it("are not asked for while the ruleset is stale, for a newer one may know them", async () => {
    await edge.flag(tenant, "seen");
    edge.env = {
      ...env,
      RELAYS: {
        getByName: () => ({ changesSince: () => Promise.reject(new Error("lost")) }),
      },
    };
    edge.later(60_000);
    const called = await send({ events: unseen() }, { key: tenant.client });
    expect(called).toMatchObject({ status: 202, json: { accepted: 2 } });
    expect(called.headers.has("x-switchyard-stale")).toBe(true);
  });
});

/** What has been counted, once it has been sent. */
async function flushed(asked = 1): Promise<Record<string, number>> {
  edge.later(5_000);
  await edge.flag(tenant, "hidden");
  await queue.askedTimes(asked);
  const usages = queue.events.flatMap((event) => (event.kind === "usage" ? [event] : []));
  const name = (event: (typeof usages)[number]) =>
    `${event.flag} ${event.variation} ${event.reason}`;
  return Object.fromEntries(usages.map((event) => [name(event), event.count]));
}

describe("evaluations", () => {
  it("are counted by flag, variation and reason, those that failed too", async () => {
    for (let times = 0; times < 3; times += 1) await edge.flag(tenant, "seen");
    await edge.flag(tenant, "disabled");
    expect((await edge.flag(tenant, "needs-unit")).status).toBe(400);
    expect(await flushed()).toEqual({
      "seen on STATIC": 3,
      "disabled null DISABLED": 1,
      "needs-unit null ERROR": 1,
    });
  });

  it("in bulk are counted one by one, also when the client has them already", async () => {
    const first = await edge.bulk(tenant.client, { targetingKey: "ada" });
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    const again = await edge.bulk(tenant.client, { targetingKey: "ada" }, headers);
    expect(again.status).toBe(304);
    expect(await flushed()).toEqual({ "seen on STATIC": 2, "disabled null DISABLED": 2 });
  });

  it("of flags that are not there, or not for this key, are none", async () => {
    await edge.flag(tenant, "seen");
    expect((await edge.flag(tenant, "ghost")).status).toBe(404);
    expect((await edge.call(`${FLAGS}/hidden`, { key: tenant.client })).status).toBe(403);
    expect(await flushed()).toEqual({ "seen on STATIC": 1 });
  });

  it("are one message, however many they are, and none of them waits for it", async () => {
    queue.answer = "hang";
    for (let times = 0; times < 500; times += 1) await edge.flag(tenant, "seen");
    edge.later(5_000);
    expect((await edge.flag(tenant, "seen")).status).toBe(200);
    await queue.askedTimes(1);
    expect(queue.asked).toHaveLength(1);
    const events = [{ count: 500 }, { kind: "key-use" }];
    expect(queue.asked[0]).toMatchObject([{ environmentId: tenant.id, events }]);
  });

  it("are kept while the queue takes none, and sent when it does", async () => {
    queue.answer = "error";
    await edge.flag(tenant, "seen");
    await flushed();
    queue.answer = { kind: "accepted" };
    edge.later(5_000);
    await edge.flag(tenant, "seen");
    await queue.askedTimes(2);
    expect(queue.asked[1]).toEqual(queue.asked[0]);
    expect(await flushed(3)).toMatchObject({ "hidden on STATIC": 1 });
  });
});

const told = () => queue.events.filter(({ kind }) => kind === "key-use");
const minute = (atMs: number) => atMs - (atMs % 60_000);

describe("a key that is used", () => {
  it("is told of by its id and minute, once, with nothing by which it is recognised", async () => {
    const nowMs = Date.now();
    edge = new Isolate(nowMs);
    edge.queue = queue;
    for (let times = 0; times < 20; times += 1) await edge.flag(tenant, "seen");
    await edge.call(FLAGS, { key: tenant.server, body: { context: {} } });
    edge.later(5_000);
    await edge.flag(tenant, "seen");
    await queue.askedTimes(1);
    expect(told()).toEqual([
      { kind: "key-use", id: expect.any(String), atMs: minute(nowMs), key: expect.any(String) },
    ]);
    const sent = JSON.stringify(queue.asked);
    expect(sent).not.toContain(tenant.server);
    expect(sent).not.toContain(sdkKeyHash(tenant.server));
  });

  it.each([
    [
      "asks for the ruleset",
      () => edge.call("/sdk/v1/ruleset", { key: tenant.server, method: "GET" }),
    ],
    ["sends events", () => send({ events: [] })],
  ])("is told of when it only %s", async (_, use) => {
    await use();
    edge.later(60_000);
    await use();
    await queue.askedTimes(1);
    expect(told()).toHaveLength(1);
  });

  it("is not told of when it opens nothing", async () => {
    const called = await edge.bulk(newKey("server", tenant.id), {});
    expect(called.status).toBe(401);
    edge.later(60_000);
    await edge.bulk(newKey("server", tenant.id), {});
    expect(queue.asked).toEqual([]);
  });
});

describe("evaluations in an experiment", () => {
  const server = newKey("server", "experiments1");

  beforeEach(async () => {
    const rollout = {
      unit: "company",
      experiment: "nav-test",
      salt: "nav-salt",
      variations: [
        { key: "on", weight: 50 },
        { key: "off", weight: 50 },
      ],
    };
    const rule = { id: "r1", if: { attribute: "plan", operator: "eq", value: "pro" } } as const;
    const document = flag("tested", { rules: [{ ...rule, then: { rollout } }] });
    const key = {
      id: "k",
      kind: "server",
      hash: sdkKeyHash(server),
      expiresAtMs: null,
      origins: [],
    };
    const snapshot = {
      format: "switchyard.snapshot/1",
      environmentId: "experiments1",
      revision: 1,
      acceptedAtMs: 0,
      salt: "salt",
      flags: [{ version: 4, document }],
      segments: [],
      experiments: [{ version: 1, document: { key: "nav-test" } }],
      holdouts: [],
      keys: [{ version: 1, document: key }],
    };
    const changes = { kind: "snapshot", ...(await sealedByATest(snapshot)) };
    const relay = { changesSince: async () => ({ kind: "confirmed", changes }) };
    edge.env = { ...env, RELAYS: { getByName: () => relay } };
  });

  const ask = (company: string, headers: Record<string, string> = {}) =>
    edge.bulk(server, { plan: "pro", company, secret: "s3cret" }, headers);

  it("expose the rollout's unit, once, with what it was shown and nothing else of it", async () => {
    const shown = await ask("acme");
    await ask("acme");
    await edge.call(`${FLAGS}/tested`, {
      key: server,
      body: { context: { plan: "pro", company: "b" } },
    });
    await edge.bulk(server, { plan: "free", company: "outside" });
    edge.later(5_000);
    await ask("later");
    await queue.askedTimes(1);
    const exposures = queue.events.filter(({ kind }) => kind === "exposure");
    expect(exposures).toMatchObject([
      {
        targetingKey: "acme",
        flag: "tested",
        variation: shown.json.flags[0].variant,
        flagVersion: 4,
        reason: "SPLIT",
        experiment: "nav-test",
        attributes: {},
      },
      { targetingKey: "b" },
    ]);
    expect(JSON.stringify(queue.asked)).not.toContain("s3cret");
  });

  it("that a client has already expose nobody again", async () => {
    const etag = (await ask("acme")).headers.get("etag") ?? "";
    edge.later(5_000);
    await ask("acme", { "if-none-match": etag });
    await queue.askedTimes(1);
    edge.later(5_000);
    await ask("acme", { "if-none-match": etag });
    await queue.askedTimes(2);
    const kinds = queue.asked.map((chunks) =>
      chunks
        .flatMap(({ events }) => events.map((e) => e.kind))
        .filter((kind) => kind !== "key-use"),
    );
    expect(kinds).toEqual([["usage", "exposure"], ["usage"]]);
  });
});

describe("the installation's own queue", () => {
  it("takes what the edge accepts", async () => {
    edge.queue = createEventQueue(env);
    const called = await send({
      events: [seen(), metric(now()), usage({ flag: "seen", ...now() })],
    });
    expect(called).toMatchObject({ status: 202, json: { accepted: 3 } });
  });
});
