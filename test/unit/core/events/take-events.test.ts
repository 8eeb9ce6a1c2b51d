import { describe, expect, it } from "vitest";
import { EVENT_LIMITS } from "../../../../src/core/events/limits.ts";
import { must } from "../evaluation/build.ts";
import { exposure, kept, metric, NOON, refused, taken, usage } from "./wire.ts";

const DAY_MS = 86_400_000;

describe("what is kept of an event", () => {
  it("an exposure with all it may have", () => {
    const full = exposure({
      flagVersion: 7,
      reason: "SPLIT",
      experiment: "nav-test",
      attributes: { plan: "pro", seats: 3, trial: false },
    });
    expect(kept(full)).toEqual({
      kind: "exposure",
      id: "e-1",
      atMs: NOON - 1_000,
      targetingKey: "ada",
      flag: "new-nav",
      variation: "on",
      flagVersion: 7,
      reason: "SPLIT",
      experiment: "nav-test",
      attributes: { plan: "pro", seats: 3, trial: false },
    });
  });

  it("what an exposure leaves out, or has as null, is null", () => {
    const nothing = { flagVersion: null, reason: null, experiment: null };
    expect(kept(exposure())).toMatchObject({ ...nothing, attributes: {} });
    const nulls = { ...nothing, attributes: null, privateAttributes: null };
    expect(kept(exposure(nulls))).toEqual(kept(exposure()));
  });

  it("a version is also read from the text that evaluations carry it in", () => {
    expect(kept(exposure({ flagVersion: "12" }))).toMatchObject({ flagVersion: 12 });
  });

  it("a unit may be a number, as rollouts hash it", () => {
    expect(kept(metric({ targetingKey: 4711 }))).toMatchObject({ targetingKey: "4711" });
  });

  it("a metric counts 1 when it has no value, and may be negative or a fraction", () => {
    expect(kept(metric())).toEqual({
      kind: "metric",
      id: "m-1",
      atMs: NOON - 1_000,
      targetingKey: "ada",
      metric: "sign-up",
      value: 1,
      attributes: {},
    });
    expect(kept(metric({ value: -12.5 }))).toMatchObject({ value: -12.5 });
    expect(kept(metric({ value: 0 }))).toMatchObject({ value: 0 });
  });

  it("usage of a variation, and of the caller's own default", () => {
    const parts = { id: "u-1", flag: "new-nav", atMs: NOON - 1_000 };
    const split = { kind: "usage", ...parts, variation: "on", reason: "SPLIT", count: 3 };
    expect(kept(usage())).toEqual(split);
    const disabled = usage({ variation: null, reason: "DISABLED" });
    expect(kept(disabled)).toMatchObject({ variation: null, reason: "DISABLED" });
  });

  it("an attribute called __proto__ is an attribute like any other", () => {
    const [chunk] = must(taken(withField('"attributes":{"__proto__":"x"}'))).chunks;
    expect(JSON.stringify(chunk)).toContain('"attributes":{"__proto__":"x"}');
  });
});

describe("private attributes", () => {
  it("that the batch or the event names are gone, wherever else they would be kept", () => {
    const attributes = { email: "ada@example.com", phone: "555", plan: "pro" };
    const event = metric({ attributes, privateAttributes: ["phone"] });
    const result = must(taken({ privateAttributes: ["email"], events: [event] }));
    expect(result.chunks[0]?.events[0]).toMatchObject({ attributes: { plan: "pro" } });
    expect(JSON.stringify(result)).not.toMatch(/example\.com|555|private/);
  });

  it("of one event do not touch another's", () => {
    const first = metric({ id: "a", attributes: { x: 1 }, privateAttributes: ["x"] });
    const second = metric({ id: "b", attributes: { x: 1 } });
    const { chunks } = must(taken({ events: [first, second] }));
    expect(chunks[0]?.events.map((event) => "attributes" in event && event.attributes)).toEqual([
      {},
      { x: 1 },
    ]);
  });

  it("are not even looked at, so that no message can tell of them", () => {
    const event = metric({ attributes: { home: { street: "Main" } }, privateAttributes: ["home"] });
    expect(kept(event)).toMatchObject({ attributes: {} });
  });

  it("no message repeats the value of an attribute", () => {
    const secret = "s3cret".repeat(400);
    expect(refused(metric({ attributes: { note: secret } })).message).not.toContain("s3cret");
    expect(refused(metric({ attributes: { note: [secret] } })).message).not.toContain("s3cret");
  });
});

/** A batch with one metric that has a further field, in JSON that nobody wrote with a library. */
const withField = (field: string) =>
  `{"events":[${JSON.stringify(metric()).slice(0, -1)},${field}}]}`;

describe("what is refused", () => {
  it.each([
    ["a list", [], "not-an-object", "This is a list; an event is an object"],
    ["null", null, "not-an-object", "This is nothing"],
    ["no kind", { id: "x" }, "missing-field", '"kind" is missing; it is one of exposure, metric'],
    [
      "a misspelt kind",
      { kind: "exposre" },
      "unknown-kind",
      'is "exposre"; it is one of exposure, metric, usage.',
    ],
    ["a kind of no kind", { kind: 7 }, "unknown-kind", '"kind" is a number; it is one of'],
    ["no id", metric({ id: undefined }), "missing-field", '"id" is missing.'],
    [
      "an id with a space",
      metric({ id: "a b" }),
      "invalid-field",
      '"id" is "a b"; it must be 1 to 128',
    ],
    ["too long an id", metric({ id: "x".repeat(129) }), "invalid-field", "1 to 128 visible ASCII"],
    ["an id that is a number", metric({ id: 7 }), "invalid-field", '"id" is 7; it must be'],
    ["no unit", metric({ targetingKey: undefined }), "missing-field", '"targetingKey" is missing.'],
    ["an empty unit", metric({ targetingKey: "" }), "invalid-field", "1 to 512 characters"],
    ["too long a unit", metric({ targetingKey: "x".repeat(513) }), "invalid-field", "1 to 512"],
    [
      "a flag that is no key",
      exposure({ flag: "a/b" }),
      "invalid-field",
      '"flag" is "a/b"; it must be a key',
    ],
    [
      "no variation",
      exposure({ variation: undefined }),
      "missing-field",
      '"variation" is missing.',
    ],
    [
      "a reason in small letters",
      exposure({ reason: "split" }),
      "invalid-field",
      '"reason" is "split"; it must be one of STATIC, DEFAULT, TARGETING_MATCH, SPLIT, ',
    ],
    [
      "a reason of its own",
      usage({ reason: "BECAUSE" }),
      "invalid-field",
      "it must be one of STATIC, DEFAULT",
    ],
    [
      "version 0",
      exposure({ flagVersion: 0 }),
      "invalid-field",
      '"flagVersion" is 0; it must be a whole number',
    ],
    [
      "a value that is a text",
      metric({ value: "7" }),
      "invalid-field",
      '"value" is "7"; it must be a number',
    ],
    [
      "a value beyond sums",
      metric({ value: 1e16 }),
      "invalid-field",
      '"value" is 10000000000000000',
    ],
    [
      "count 0",
      usage({ count: 0 }),
      "invalid-field",
      '"count" is 0; it must be a whole number from 1',
    ],
    ["half a count", usage({ count: 1.5 }), "invalid-field", '"count" is 1.5'],
    ["no count", usage({ count: undefined }), "missing-field", '"count" is missing.'],
    ["no timestamp", metric({ timestamp: undefined }), "missing-field", '"timestamp" is missing.'],
    [
      "a timestamp without offset",
      metric({ timestamp: "2026-01-01T12:00:00" }),
      "invalid-field",
      '"timestamp" has a time without an offset',
    ],
    [
      "a timestamp of no kind",
      metric({ timestamp: true }),
      "invalid-field",
      '"timestamp" is not an ISO 8601 text or a number',
    ],
    [
      "a misspelt field",
      exposure({ flagversion: 1 }),
      "unknown-field",
      'did you mean "flagVersion"?',
    ],
    [
      "a field of another kind",
      metric({ variation: "on" }),
      "unknown-field",
      'unknown field "variation"; it has kind, id',
    ],
    [
      "attributes that are a list",
      metric({ attributes: [1] }),
      "invalid-field",
      '"attributes" is a list',
    ],
    [
      "a nested attribute",
      metric({ attributes: { a: { b: 1 } } }),
      "invalid-field",
      'Attribute "a" is an object; send a text',
    ],
    [
      "an attribute without a name",
      metric({ attributes: { "": 1 } }),
      "invalid-field",
      "name has 0 characters",
    ],
    [
      "too long an attribute",
      metric({ attributes: { a: "x".repeat(1_025) } }),
      "invalid-field",
      'Attribute "a" has 1025 characters',
    ],
    [
      "private names that are none",
      metric({ privateAttributes: [1] }),
      "invalid-field",
      "a list of at most 100 attribute names",
    ],
  ])("%s", (_what, event, code, message) => {
    const problem = refused(event);
    expect(problem.code).toBe(code);
    expect(problem.message).toContain(message);
  });

  it("more than 50 attributes, of which private ones are none", () => {
    const attributes = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`a${n}`, n]));
    expect(refused(metric({ attributes })).message).toContain("more than 50 attributes");
    expect(kept(metric({ attributes, privateAttributes: ["a7"] }))).toBeDefined();
  });

  it("an event that is too large as it would be kept", () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`a${n}`, "é".repeat(500)]),
    );
    const problem = refused(metric({ attributes }));
    expect(problem.code).toBe("too-large");
    expect(problem.message).toMatch(/has 4\d{4} bytes/);
  });

  it("the infinity that a number too large for JSON becomes", () => {
    for (const field of ['"value":1e999', '"timestamp":1e999', '"targetingKey":1e999']) {
      expect(must(taken(withField(field))).rejected).toMatchObject([{ code: "invalid-field" }]);
    }
  });
});

describe("the time of an event", () => {
  it("is milliseconds or ISO 8601", () => {
    expect(kept(metric({ timestamp: "2026-01-01T11:59:30.250Z" })).atMs).toBe(NOON - 29_750);
    expect(kept(metric({ timestamp: NOON - 29_750.4 })).atMs).toBe(NOON - 29_750);
  });

  it("is what the sender's clock would say if it were right, when the sender says what it says", () => {
    const hourAhead = { sentAt: NOON + 3_600_000 };
    expect(kept(metric({ timestamp: NOON + 3_590_000 }), hourAhead).atMs).toBe(NOON - 10_000);
    const from1970 = { sentAt: "1970-01-01T00:00:20Z" };
    expect(kept(metric({ timestamp: 5_000 }), from1970).atMs).toBe(NOON - 15_000);
  });

  it("is at most 7 days ago", () => {
    expect(kept(metric({ timestamp: NOON - 7 * DAY_MS })).atMs).toBe(NOON - 7 * DAY_MS);
    const problem = refused(metric({ timestamp: NOON - 7 * DAY_MS - 1 }));
    expect(problem).toMatchObject({ index: 0, id: "m-1", code: "too-old" });
    expect(problem.message).toContain(`at ${NOON - 7 * DAY_MS - 1} and was received at ${NOON}`);
  });

  it("is never after the event was received; a clock may be 5 minutes ahead", () => {
    expect(kept(metric({ timestamp: NOON + 300_000 })).atMs).toBe(NOON);
    const problem = refused(metric({ timestamp: NOON + 300_001 }));
    expect(problem).toMatchObject({ code: "in-the-future" });
    expect(problem.message).toContain('Send "sentAt"');
  });

  it("in seconds is told apart by what it gives", () => {
    const problem = refused(metric({ timestamp: NOON / 1_000 }));
    expect(problem.code).toBe("too-old");
    expect(problem.message).toContain("in milliseconds");
  });
});

describe("a batch", () => {
  it("loses only its bad events, each with its place, id and reason", () => {
    const events = [metric({ id: "a" }), { kind: "metric", id: "b" }, 7, metric({ id: "d" })];
    const result = must(taken({ events }));
    expect(result).toMatchObject({ accepted: 2, rejectedCount: 2 });
    expect(result.chunks.flatMap((chunk) => chunk.events.map(({ id }) => id))).toEqual(["a", "d"]);
    expect(result.rejected.map(({ index, id, code }) => [index, id, code])).toEqual([
      [1, "b", "missing-field"],
      [2, null, "not-an-object"],
    ]);
  });

  it("lists a hundred refused events and counts all", () => {
    const result = must(taken({ events: Array.from({ length: 250 }, () => ({})) }));
    expect(result.rejected).toHaveLength(100);
    expect(result.rejectedCount).toBe(250);
    expect(result.chunks).toEqual([]);
  });

  it("keeps the first of events with one id", () => {
    const result = must(taken({ events: [metric({ value: 1 }), metric({ value: 2 })] }));
    expect(result.chunks[0]?.events).toMatchObject([{ value: 1 }]);
    expect(result.rejected).toMatchObject([{ index: 1, code: "duplicate-id" }]);
  });

  it("keeps an event whose id only a bad one has had", () => {
    const result = must(taken({ events: [metric({ value: "x" }), metric({ value: 2 })] }));
    expect(result.chunks[0]?.events).toMatchObject([{ value: 2 }]);
  });

  it("may be empty", () => {
    expect(must(taken({ events: [] }))).toEqual({
      chunks: [],
      accepted: 0,
      rejected: [],
      rejectedCount: 0,
    });
  });

  it(`has at most ${EVENT_LIMITS.eventsPerBatch} events`, () => {
    const events = Array.from({ length: EVENT_LIMITS.eventsPerBatch + 1 }, () => 0);
    expect(taken({ events })).toEqual({
      ok: false,
      error: "There are 10001 events. Send at most 10000 in one batch.",
    });
  });

  it.each([
    ["no JSON", "{", "The body is not JSON."],
    ["nothing", "", "The body is not JSON."],
    ["a list", [], "The body is a list."],
    ["no events", {}, '"events" is nothing, not a list.'],
    ["events that are an object", { events: {} }, '"events" is an object, not a list.'],
    [
      "a misspelt field",
      { events: [], sendAt: 1 },
      'unknown field "sendAt"; did you mean "sentAt"?',
    ],
    [
      "a time of sending that is none",
      { events: [], sentAt: "now" },
      '"sentAt" is not an ISO 8601',
    ],
    [
      "private names that are none",
      { events: [], privateAttributes: "x" },
      '"privateAttributes" must be a list',
    ],
  ])("that is %s is refused as a whole", (_what, body, message) => {
    const result = taken(body);
    expect(result.ok ? "" : result.error).toContain(message);
  });

  it("an unreadable body is not repeated in the message", () => {
    const result = taken('{"email":"ada@example.com"');
    expect(result.ok ? "" : result.error).not.toContain("ada");
  });
});
