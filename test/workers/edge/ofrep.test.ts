import { beforeAll, describe, expect, it } from "vitest";
import type { FlagDocument } from "../../../src/core/documents/flag.ts";
import { fixed, flag, onForHalf, onWhen } from "../../unit/workers/edge/flags.ts";
import { type Called, FLAGS, Isolate, newKey, Tenant } from "./an-edge.ts";

const visible = { clientVisible: true };
const BIG = {
  text: "Zoë 日本 🚀 ",
  list: Array.from({ length: 5_000 }, (_, index) => `item ${index}`),
};

const DOCUMENTS: readonly FlagDocument[] = [
  flag("static-on", visible),
  flag("server-only"),
  fixed("zero-boolean", "boolean", false),
  fixed("zero-string", "string", ""),
  fixed("zero-integer", "integer", 0),
  fixed("zero-float", "float", 0),
  fixed("zero-object", "object", {}),
  fixed("ten-integer", "integer", 10),
  fixed("ten-float", "float", 10),
  fixed("negative-zero", "float", -0),
  fixed("enormous-float", "float", 1e21),
  fixed("large-integer", "integer", 2147483647),
  fixed("huge-integer", "integer", 9007199254740991),
  fixed("big-object", "object", BIG),
  flag("disabled", { ...visible, enabled: false, offVariation: null }),
  flag("off", { ...visible, enabled: false }),
  onWhen("ruled", "premium", { attribute: "plan", operator: "eq", value: "premium" }),
  onForHalf("rollout"),
  onWhen("german", "de", {
    and: [
      { attribute: "$geo.country", operator: "eq", value: "DE" },
      { attribute: "$device.type", operator: "eq", value: "mobile" },
    ],
  }),
  onWhen("after-2020", "now", {
    attribute: "$now",
    operator: "after",
    value: "2020-01-01T00:00:00Z",
  }),
];

let tenant: Tenant;
let edge: Isolate;
let other: Tenant;

beforeAll(async () => {
  tenant = await Tenant.with(...DOCUMENTS);
  other = await Tenant.with(fixed("static-on", "string", "the other environment's"));
  edge = new Isolate();
});

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

const fail = () => {
  throw new Error("Network connection lost.");
};

/** One answer of each status that OFREP paths can give, for one flag. */
async function oneOfEachStatus(): Promise<Record<number, Called>> {
  const path = `${FLAGS}/static-on`;
  const restricted = await tenant.issue("client", { origins: ["https://app.example"] });
  const broken = new Isolate();
  broken.waitUntil = () => {
    throw new Error("secret inner workings");
  };
  const cut = new Isolate();
  const away = { getByName: fail };
  cut.env = { ENVIRONMENTS: away, RELAYS: away, CONFIG: { getWithMetadata: fail } as never };
  const key = tenant.server;
  edge.later(1_000);
  return {
    200: await edge.call(path, { key }),
    400: await edge.call(path, { key, body: "{" }),
    401: await edge.call(path),
    403: await edge.call(path, { key: restricted.text }),
    404: await edge.call(`${FLAGS}/no-such`, { key }),
    405: await edge.call(path, { key, method: "GET" }),
    413: await edge.call(path, { key, body: "x".repeat(1_048_577) }),
    500: await broken.call(path, { key }),
    503: await cut.call(path, { key }),
  };
}

describe("the traps of the protocol", () => {
  it("T1: errors for one flag name the key and a code, whatever the status", async () => {
    for (const [status, called] of Object.entries(await oneOfEachStatus())) {
      expect(called.status).toBe(Number(status));
      if (called.status === 200 || called.status === 405) continue;
      expect(called.json, status).toMatchObject({
        key: called.status === 404 ? "no-such" : "static-on",
        errorCode: expect.stringMatching(/^(GENERAL|PARSE_ERROR|FLAG_NOT_FOUND)$/),
      });
    }
  });

  it("T2, T5, T21: every status has a JSON body with details and says that it is JSON", async () => {
    for (const [status, called] of Object.entries(await oneOfEachStatus())) {
      expect(called.headers.get("content-type"), status).toMatch(/^application\/json/);
      if (called.status === 200) continue;
      expect(called.json.errorDetails, status).toMatch(/\w+ .*\./);
      expect(called.text).not.toContain("secret inner workings");
    }
  });

  it("T3: no member is ever null", async () => {
    const { text } = await edge.bulk(tenant.server, {});
    expect(text).not.toContain("null");
  });

  it("T4: every success has key, value, reason, variant and metadata", async () => {
    for (const { key } of DOCUMENTS) {
      const { json, status } = await edge.flag(tenant, key, { targetingKey: "user-1" });
      expect(status).toBe(200);
      expect(Object.keys(json)).toEqual(
        key === "disabled"
          ? ["key", "reason", "variant", "metadata"]
          : ["key", "value", "reason", "variant", "metadata"],
      );
      expect(json.metadata).toMatchObject({ flagSetId: tenant.id, version: "1" });
      expect(["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED"]).toContain(json.reason);
    }
  });

  it.each([
    ["ten-integer", "10"],
    ["ten-float", "10.0"],
    ["zero-integer", "0"],
    ["zero-float", "0.0"],
    ["enormous-float", "1e+21"],
  ])("T6: %s is written as %s, alone and in a bulk", async (key, text) => {
    const item = `{"key":"${key}","value":${text},"reason":"STATIC"`;
    expect((await edge.flag(tenant, key)).text).toContain(item);
    expect((await edge.bulk(tenant.server)).text).toContain(item);
  });

  it("T6: a negative zero is still a float after storage", async () => {
    expect((await edge.flag(tenant, "negative-zero")).text).toMatch(/"value":-?0\.0,/);
  });

  it("T7: integers are exact up to 2^53 - 1", async () => {
    expect((await edge.flag(tenant, "large-integer")).text).toContain('"value":2147483647,');
    expect((await edge.flag(tenant, "huge-integer")).text).toContain('"value":9007199254740991,');
  });

  it("T8, T9: a value comes with every reason but DISABLED, and never with that", async () => {
    const { json } = await edge.bulk(tenant.server, { targetingKey: "user-1" });
    const reasons = json.flags.map((item: any) => [item.reason === "DISABLED", "value" in item]);
    expect(reasons.length).toBe(DOCUMENTS.length);
    for (const [isDisabled, hasValue] of reasons) expect(hasValue).toBe(!isDisabled);
    expect((await edge.flag(tenant, "off")).json).toMatchObject({
      value: false,
      reason: "STATIC",
      variant: "off",
      metadata: { off: true },
    });
    expect((await edge.flag(tenant, "disabled")).json).toMatchObject({
      reason: "DISABLED",
      variant: "",
    });
  });

  it("a bulk that nobody has read yet stays what it was when others are answered", async () => {
    const ask = (key: string) => edge.send(FLAGS, { key, body: { context: {} } });
    const wanted = (await edge.bulk(tenant.server, {})).json;
    const unread = await ask(tenant.server);
    const others = await Promise.all(Array.from({ length: 20 }, () => ask(tenant.client)));
    expect(await unread.json()).toEqual(wanted);
    const of = (await edge.bulk(tenant.client, {})).json;
    expect(of).not.toEqual(wanted);
    for (const other of others) expect(await other.json()).toEqual(of);
    expect((await ask(tenant.server)).headers.get("content-type")).toMatch(/^application\/json/);
  });

  it("T10: a bulk has only `flags` for phones, and flag set metadata for browsers", async () => {
    expect(Object.keys((await edge.bulk(tenant.client)).json)).toEqual(["flags"]);
    const browser = await edge.bulk(tenant.client, {}, { "sec-fetch-mode": "cors" });
    expect(browser.json.metadata).toEqual({ flagSetId: tenant.id });
    const flat = Object.values(browser.json.flags[0].metadata);
    expect(flat.every((value) => typeof value === "string" || value === true)).toBe(true);
  });

  it("T11: another context has another tag, so that an old tag never hides a new answer", async () => {
    const first = await edge.bulk(tenant.client, { targetingKey: "user-1" });
    const ifNoneMatch = { "if-none-match": first.headers.get("etag")! };
    for (const context of [{ targetingKey: "user-2" }, { targetingKey: "user-1", plan: "x" }, {}]) {
      expect((await edge.bulk(tenant.client, context, ifNoneMatch)).status).toBe(200);
    }
    expect((await edge.bulk(tenant.server, { targetingKey: "user-1" }, ifNoneMatch)).status).toBe(
      200,
    );
  });

  it("T12: a tag is recognised weak, strong, in a list, as a star and without quotes", async () => {
    const context = { targetingKey: "user-1" };
    const first = await edge.bulk(tenant.client, context);
    const tag = first.headers.get("etag")!;
    expect(tag).toMatch(/^W\/"[0-9a-f]{16}"$/);
    const strong = tag.slice(2);
    for (const sent of [tag, strong, `"a", ${tag}`, "*", strong.slice(1, -1)]) {
      const again = await edge.bulk(tenant.client, context, { "if-none-match": sent });
      expect(again, sent).toMatchObject({ status: 304, text: "" });
      expect(again.headers.get("etag")).toBe(tag);
    }
    const wrong = await edge.bulk(tenant.client, context, { "if-none-match": '"a"' });
    expect(wrong.status).toBe(200);
  });

  it("T14, T15: an event stream has an absolute address, the same each time", async () => {
    const headers = { origin: "https://app.example" };
    const first = await edge.bulk(tenant.client, {}, headers);
    const again = await edge.bulk(tenant.client, {}, headers);
    expect(again.json.eventStreams).toEqual(first.json.eventStreams);
    expect(first.json.eventStreams[0].url).toMatch(
      /^https:\/\/edge\.example\/ofrep\/v1\/stream\?t=/,
    );
    expect(first.json.eventStreams[0]).not.toHaveProperty("endpoint");
  });

  it("T13: the tag covers the stream's address, so that no 304 hides another one", async () => {
    const headers = { origin: "https://app.example" };
    const tag = (await edge.bulk(tenant.client, {}, headers)).headers.get("etag")!;
    const later = { ...headers, "if-none-match": tag };
    expect((await edge.bulk(tenant.client, {}, later)).status).toBe(304);
    const successor = await tenant.issue("client");
    expect((await edge.bulk(successor.text, {}, later)).status).toBe(200);
  });

  it("T16: equal questions have equal bytes, and a change touches its own flag's item only", async () => {
    const mine = await Tenant.with(flag("a", visible), flag("b", visible), flag("c", visible));
    const isolate = new Isolate();
    const ask = () => isolate.bulk(mine.client, { targetingKey: "user-1" });
    const before = await ask();
    expect((await ask()).text).toBe(before.text);
    expect((await new Isolate().bulk(mine.client, { targetingKey: "user-1" })).text).toBe(
      before.text,
    );
    await mine.environment.do({
      kind: "flag.patch",
      key: "b",
      expectedVersion: 1,
      patch: { default: { variation: "off" } },
    });
    isolate.later(2_000);
    const after = await ask();
    expect(after.headers.get("etag")).not.toBe(before.headers.get("etag"));
    expect(JSON.stringify(after.json.flags[0])).toBe(JSON.stringify(before.json.flags[0]));
    expect(JSON.stringify(after.json.flags[2])).toBe(JSON.stringify(before.json.flags[2]));
    expect(after.json.flags[1]).toMatchObject({ value: false, metadata: { version: "2" } });
  });

  it("T16: a change that a client cannot see leaves its tag", async () => {
    const mine = await Tenant.with(flag("a", visible), flag("hidden"));
    const isolate = new Isolate();
    const before = await isolate.bulk(mine.client, {});
    await mine.environment.do(
      {
        kind: "flag.kill",
        key: "hidden",
        variation: "off",
      },
      { reason: "test" },
    );
    isolate.later(2_000);
    const after = await isolate.bulk(
      mine.client,
      {},
      {
        "if-none-match": before.headers.get("etag")!,
      },
    );
    expect(after.status).toBe(304);
    expect(after.headers.get("x-switchyard-revision")).not.toBe(
      before.headers.get("x-switchyard-revision"),
    );
  });

  it("T17: an item's variant tells what was served whatever a client makes of the reason", async () => {
    const { json } = await edge.bulk(tenant.client, { targetingKey: "user-1" });
    for (const item of json.flags) {
      expect(typeof item.variant).toBe("string");
      expect(item.variant === "").toBe(item.reason === "DISABLED");
    }
  });

  it("T18: a bulk is answered although one flag lacks its unit, and that flag says so", async () => {
    const { json, status } = await edge.bulk(tenant.client, {});
    expect(status).toBe(200);
    expect(json.flags.filter((item: any) => "errorCode" in item)).toEqual([
      {
        key: "rollout",
        errorCode: "TARGETING_KEY_MISSING",
        errorDetails: expect.stringContaining('"targetingKey"'),
      },
    ]);
  });

  it("T19: a bulk without a good key is a 401, in the wrong place a 403", async () => {
    expect((await edge.call(FLAGS)).status).toBe(401);
    const { text } = await tenant.issue("client", { origins: ["https://app.example"] });
    edge.later(1_000);
    const called = await edge.bulk(text, {}, { origin: "https://evil.example" });
    expect(called).toMatchObject({ status: 403, json: { errorCode: "GENERAL" } });
    expect(called.json).not.toHaveProperty("key");
  });

  it("T20: Retry-After is a whole number of seconds, at least one", async () => {
    const statuses = await oneOfEachStatus();
    for (const status of [500, 503]) {
      expect(statuses[status]!.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    }
  });

  it("T22: slashes too many are no matter", async () => {
    const key = tenant.server;
    expect((await edge.call(`/${FLAGS}/static-on/`, { key })).status).toBe(200);
    expect((await edge.call(`//${FLAGS}//`, { key })).status).toBe(200);
  });

  it("T23: the key alone selects the environment", async () => {
    expect((await edge.flag(tenant, "static-on")).json.value).toBe(true);
    expect((await edge.flag(other, "static-on")).json.value).toBe("the other environment's");
  });

  it.each([
    ["static%2Don", 200],
    ["a%20space", 404],
    ["a+plus", 404],
    ["half%2", 404],
    ["a/b", 404],
    ["%C3%A4", 404],
    ["static%252Don", 404],
    ["__proto__", 404],
    ["x".repeat(129), 404],
  ])("T24: the flag key %s is decoded once and answered with %i as JSON", async (key, status) => {
    const called = await edge.flag(tenant, key);
    expect(called.status).toBe(status);
    expect(called.json.key).toBeTypeOf("string");
    if (status === 404) expect(called.json.errorCode).toBe("FLAG_NOT_FOUND");
  });

  it.each([
    ["no body", undefined, {}],
    ["an empty body", "", {}],
    ["an empty object", "{}", {}],
    ["a null body", "null", {}],
    ["a null context", '{"context":null}', {}],
    ["no content type", "{}", { "content-type": "" }],
    ["another content type", "{}", { "content-type": "text/plain" }],
    [
      "dates, lists and objects",
      '{"context":{"at":"2026-01-01T00:00:00Z","l":[1],"o":{"p":null}}}',
      {},
    ],
    ["one name twice", '{"context":{"plan":"a","plan":"premium"}}', {}],
    ["a lone surrogate", '{"context":{"plan":"\\ud800"}}', {}],
  ])("T25: a request with %s is evaluated", async (_name, body, headers) => {
    const called = await edge.call(`${FLAGS}/ruled`, { key: tenant.server, body, headers });
    const matches = typeof body === "string" && body.includes("premium");
    expect(called).toMatchObject({ status: 200, json: { value: matches } });
  });

  it("T26: a preflight is answered without a key and allows what is asked for", async () => {
    const asked = "authorization,content-type,if-none-match,x-api-key,x-own";
    const preflight = await edge.call(`${FLAGS}/static-on`, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": asked,
      },
    });
    expect(preflight).toMatchObject({ status: 204, text: "" });
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": expect.stringContaining("POST"),
      "access-control-allow-headers": asked,
      "access-control-max-age": "86400",
    });
  });

  it("T26: every answer may be read by browsers, errors and 304 included", async () => {
    const tag = (await edge.bulk(tenant.client, {})).headers.get("etag")!;
    const unchanged = await edge.bulk(tenant.client, {}, { "if-none-match": tag });
    for (const { headers } of [...Object.values(await oneOfEachStatus()), unchanged]) {
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("access-control-expose-headers")).toBe(
        "ETag, Retry-After, x-request-id, x-switchyard-stale, x-switchyard-revision",
      );
    }
  });

  it("T28: the key is taken in every form that clients send it", async () => {
    const path = `${FLAGS}/static-on`;
    const key = tenant.server;
    for (const headers of [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer  ${key}` },
      { authorization: `BEARER ${key} ` },
      { authorization: key },
      { "x-api-key": key },
      { authorization: "Basic dXNlcjpwYXNz", "x-api-key": key },
    ]) {
      expect((await edge.call(path, { headers })).status, JSON.stringify(headers)).toBe(200);
    }
  });

  it("T28: a misnamed header is recognised in the 401's hint", async () => {
    const called = await edge.call(FLAGS, { headers: { authentication: tenant.server } });
    expect(called.status).toBe(401);
    expect(called.json.errorDetails).toContain('must be "Authorization"');
    expect(called.text).not.toContain(tenant.server);
  });
});

describe("evaluation over HTTP", () => {
  it.each([
    ["zero-boolean", false],
    ["zero-string", ""],
    ["zero-integer", 0],
    ["zero-float", 0],
    ["zero-object", {}],
    ["big-object", BIG],
  ])("%s arrives unchanged", async (key, value) => {
    expect((await edge.flag(tenant, key)).json.value).toEqual(value);
  });

  it.each([
    ["static-on", {}, "STATIC"],
    ["ruled", { plan: "premium" }, "TARGETING_MATCH"],
    ["ruled", { plan: "free" }, "DEFAULT"],
    ["rollout", { targetingKey: "user-1" }, "SPLIT"],
    ["disabled", {}, "DISABLED"],
  ])("%s for %j is served with reason %s, alone and in a bulk", async (key, context, reason) => {
    const single = await edge.flag(tenant, key, context);
    expect(single.json.reason).toBe(reason);
    expect(single.headers.get("cache-control")).toBe("no-store");
    const bulk = await edge.bulk(tenant.server, context);
    expect(bulk.json.flags.find((item: any) => item.key === key)).toEqual(single.json);
    expect(bulk.headers.get("cache-control")).toBe("private, no-cache");
  });

  it("a rollout without its unit is a 400 for the one flag", async () => {
    expect(await edge.flag(tenant, "rollout", {})).toMatchObject({
      status: 400,
      json: { key: "rollout", errorCode: "TARGETING_KEY_MISSING" },
    });
  });

  it.each([
    ["broken JSON", "{", "PARSE_ERROR"],
    ["a list", "[]", "PARSE_ERROR"],
    ["a list as context", '{"context":[]}', "INVALID_CONTEXT"],
    ["a text as context", '{"context":"u"}', "INVALID_CONTEXT"],
    [
      "half a million nested lists",
      `{"context":{"a":${"[".repeat(500_000)}${"]".repeat(500_000)}}}`,
      "INVALID_CONTEXT",
    ],
  ])("a request with %s is a 400 for one flag and for a bulk", async (_name, body, errorCode) => {
    const key = tenant.server;
    const single = await edge.call(`${FLAGS}/static-on`, { key, body });
    expect(single).toMatchObject({ status: 400, json: { key: "static-on", errorCode } });
    const bulk = await edge.call(FLAGS, { key, body });
    expect(bulk).toMatchObject({ status: 400, json: { errorCode } });
    expect(bulk.json).not.toHaveProperty("key");
  });

  it("a body of 1 MiB is read, one byte more is refused, also without a declared length", async () => {
    const key = tenant.server;
    const fits = `{}${" ".repeat(1_048_574)}`;
    expect((await edge.call(FLAGS, { key, body: fits })).status).toBe(200);
    expect((await edge.call(FLAGS, { key, body: `${fits} ` })).status).toBe(413);
    const wide = "é".repeat(524_289);
    expect((await edge.call(FLAGS, { key, body: wide })).status).toBe(413);
  });

  it("a bulk is sorted by key", async () => {
    const keys = (await edge.bulk(tenant.server, {})).json.flags.map((item: any) => item.key);
    expect(keys).toEqual(DOCUMENTS.map(({ key }) => key).toSorted());
  });

  it("attributes of the platform are those of a client's device, never what was sent", async () => {
    const cf = { country: "DE" };
    const headers = { "user-agent": IPHONE };
    const path = `${FLAGS}/german`;
    const sent = { context: { "$geo.country": "DE", "$device.type": "mobile" } };
    const { client: key, server } = tenant;
    expect((await edge.call(path, { key, cf, headers })).json.value).toBe(true);
    expect((await edge.call(path, { key, cf: { country: "FR" }, headers })).json.value).toBe(false);
    expect((await edge.call(path, { key, cf })).json.value).toBe(false);
    expect((await edge.call(path, { key, body: sent })).json.value).toBe(false);
    expect((await edge.call(path, { key: server, cf, headers })).json.value).toBe(false);
  });

  it("the platform's clock is the server's word", async () => {
    const context = { $now: 0 };
    expect((await edge.flag(tenant, "after-2020", context)).json.value).toBe(true);
  });

  it("answers differ by what the platform says, and so do tags", async () => {
    const tags = await Promise.all(
      ["DE", "FR"].map(async (country) => {
        const options = { key: tenant.client, cf: { country }, headers: { "user-agent": IPHONE } };
        return (await edge.call(FLAGS, options)).headers.get("etag");
      }),
    );
    expect(tags[0]).not.toBe(tags[1]);
  });

  it("the first answer after a change has the new revision, once a second has passed", async () => {
    const mine = await Tenant.with(flag("a"));
    const isolate = new Isolate();
    expect((await isolate.flag(mine, "a")).json.value).toBe(true);
    await mine.environment.do({ kind: "flag.kill", key: "a", variation: "off" }, { reason: "r" });
    isolate.later(1_000);
    const killed = await isolate.flag(mine, "a");
    expect(killed.json).toMatchObject({ value: false, metadata: { killed: true } });
    expect(killed.headers.get("x-switchyard-revision")).toBe("5");
    expect(killed.headers.has("x-switchyard-stale")).toBe(false);
  });

  it("a client that was told of a change gets the new answer at once", async () => {
    const mine = await Tenant.with(flag("a", visible));
    const isolate = new Isolate();
    await isolate.bulk(mine.client, {});
    await mine.environment.do({ kind: "flag.kill", key: "a", variation: "off" }, { reason: "r" });
    const told = await isolate.call(`${FLAGS}?flagConfigEtag=x`, { key: mine.client });
    expect(told.json.flags[0].value).toBe(false);
  });
});

describe("SDK keys", () => {
  it("that are malformed are refused without asking anyone", async () => {
    const isolate = new Isolate();
    const asked: string[] = [];
    const refuse = (name: string) => () => {
      asked.push(name);
      throw new Error(name);
    };
    isolate.env = {
      ENVIRONMENTS: { getByName: refuse("authority") },
      RELAYS: { getByName: refuse("relay") },
      CONFIG: { getWithMetadata: refuse("kv") } as never,
    };
    const good = tenant.server;
    const typo = good.slice(0, -10) + (good.at(-10) === "a" ? "b" : "a") + good.slice(-9);
    for (const key of [typo, good.slice(0, -1), "sdk-123", "sy_admin_x_y"]) {
      const called = await isolate.bulk(key, {});
      expect(called.status).toBe(401);
      expect(called.headers.get("www-authenticate")).toMatch(/^Bearer/);
    }
    expect(asked).toEqual([]);
  });

  it("that nobody issued are refused, and so are keys of environments that do not exist", async () => {
    const cases = [
      newKey("server", tenant.id),
      newKey("client", tenant.id),
      newKey("server", crypto.randomUUID().replaceAll("-", "")),
    ];
    for (const key of cases) {
      const called = await edge.call(`${FLAGS}/static-on`, { key });
      expect(called).toMatchObject({ status: 401, json: { key: "static-on" } });
    }
  });

  it("that were issued this moment work at once where the environment is held", async () => {
    const isolate = new Isolate();
    await isolate.bulk(tenant.server, {});
    const { text } = await tenant.issue("server");
    expect((await isolate.bulk(text, {})).status).toBe(200);
  });

  it("that were revoked stop with the next revision", async () => {
    const isolate = new Isolate();
    const { id, text } = await tenant.issue("server");
    expect((await isolate.bulk(text, {})).status).toBe(200);
    await tenant.environment.do({ kind: "key.revoke", id });
    isolate.later(1_000);
    expect((await isolate.bulk(text, {})).status).toBe(401);
  });

  it("that expire stop at the very moment, and say when", async () => {
    const isolate = new Isolate();
    const expiresAtMs = Date.now() + 3_600_000;
    const { text } = await tenant.issue("server", { expiresAtMs });
    expect((await isolate.bulk(text, {})).status).toBe(200);
    isolate.later(3_600_000);
    const expired = await isolate.bulk(text, {});
    expect(expired.status).toBe(401);
    expect(expired.json.errorDetails).toContain(new Date(expiresAtMs).toISOString());
  });

  it("of kind client see client-visible flags only", async () => {
    const isolate = new Isolate();
    const keys = (await isolate.bulk(tenant.client, {})).json.flags.map((item: any) => item.key);
    expect(keys).not.toContain("server-only");
    expect(keys.length).toBe(DOCUMENTS.length - 1);
    const path = `${FLAGS}/server-only`;
    expect(await isolate.call(path, { key: tenant.client })).toMatchObject({
      status: 403,
      json: { key: "server-only", errorCode: "GENERAL" },
    });
    expect((await isolate.call(path, { key: tenant.server })).status).toBe(200);
  });

  it("with origins work on those only", async () => {
    const { text } = await tenant.issue("client", { origins: ["https://app.example"] });
    const from = (headers: Record<string, string>) => edge.bulk(text, {}, headers);
    edge.later(1_000);
    expect((await from({ origin: "https://app.example" })).status).toBe(200);
    expect((await from({ origin: "https://app.example.evil.example" })).status).toBe(403);
    expect((await from({ origin: "null" })).status).toBe(403);
    expect((await from({})).status).toBe(403);
  });
});

async function idFor(id: string): Promise<string | null> {
  const called = await edge.bulk(tenant.server, {}, { "x-request-id": id });
  return called.headers.get("x-request-id");
}

describe("around it", () => {
  it.each([
    [FLAGS, "GET", "POST, OPTIONS"],
    [`${FLAGS}/static-on`, "PUT", "POST, OPTIONS"],
    ["/healthz", "POST", "GET, HEAD, OPTIONS"],
  ])("%s answers %s with 405 and what it allows", async (path, method, allow) => {
    const called = await edge.call(path, { method, key: tenant.server });
    expect(called).toMatchObject({ status: 405, json: { errorCode: "GENERAL" } });
    expect(called.headers.get("allow")).toBe(allow);
  });

  it.each(["/ofrep", "/ofrep/v1/configuration", "/ofrep/v2/evaluate/flags", "/sdk/v1"])(
    "%s is a 404 in JSON",
    async (path) => {
      expect(await edge.call(path, { key: tenant.server })).toMatchObject({
        status: 404,
        json: { errorCode: "GENERAL" },
      });
    },
  );

  it("a request id is taken over when it is harmless, and made otherwise", async () => {
    expect(await idFor("trace-1:a.b_c")).toBe("trace-1:a.b_c");
    expect(await idFor('"}, {"forged": "')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor("x".repeat(129))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("errors are logged with request id and environment, never with key or context", async () => {
    const isolate = new Isolate();
    const context = { targetingKey: "zoe@example.com", "$geo.city": "Berlin", secret: "plan-x" };
    await isolate.flag(tenant, "no-such", context);
    await isolate.call(`${FLAGS}/static-on`, {
      key: tenant.server,
      body: '{"context":{"secret":"plan-x"',
    });
    await isolate.flag(tenant, "rollout", { secret: "plan-x" });
    await isolate.bulk(newKey("server", tenant.id), context);
    expect(isolate.lines.map(({ event, status }) => [event, status])).toEqual([
      ["request.refused", 404],
      ["request.refused", 400],
      ["request.refused", 400],
      ["request.refused", 401],
    ]);
    expect(isolate.lines[0]).toMatchObject({
      level: "warn",
      requestId: expect.any(String),
      errorCode: "FLAG_NOT_FOUND",
      environmentId: tenant.id,
    });
    const written = JSON.stringify(isolate.lines);
    for (const secret of ["zoe@", "Berlin", "plan-x", "sy_server", "sy_client"]) {
      expect(written).not.toContain(secret);
    }
  });

  it("/healthz counts, names no tenant, and needs no key", async () => {
    const isolate = new Isolate();
    const before = await isolate.call("/healthz", { method: "GET" });
    expect(before).toMatchObject({
      status: 200,
      json: { status: "ok", dependencies: { authority: "unknown", kv: "unknown" } },
    });
    await isolate.flag(tenant, "static-on");
    await isolate.bulk(tenant.client, {});
    const after = await isolate.call("/healthz", { method: "GET" });
    expect(after.json).toMatchObject({
      status: "ok",
      held: { environments: 1, flags: DOCUMENTS.length },
      counters: { evaluations: DOCUMENTS.length, stale: 0, rejected: 0, cold: 1, unavailable: 0 },
      dependencies: { authority: "up" },
    });
    expect(after.text).not.toContain(tenant.id);
  });
});
