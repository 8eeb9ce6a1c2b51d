import { describe, expect, it } from "vitest";
import {
  LONGEST_CONTEXT_FRAME,
  readContextFrame,
} from "../../../../src/core/streaming/context-frame.ts";
import { valuesFrame } from "../../../../src/core/streaming/values-frame.ts";

const table = (values: Readonly<Record<string, number>>) =>
  new Map(Object.entries(values).map(([key, value]) => [key, JSON.stringify({ key, value })]));

const frameOf = (...args: Parameters<typeof valuesFrame>) =>
  JSON.parse(valuesFrame(...args) ?? "0");

describe("the values that a client is sent", () => {
  it("are all of them the first time, none included", () => {
    expect(frameOf(7, null, table({ a: 1, b: 2 }), true)).toEqual({
      type: "values",
      revision: 7,
      complete: true,
      flags: [
        { key: "a", value: 1 },
        { key: "b", value: 2 },
      ],
      removed: [],
    });
    expect(frameOf(7, null, table({}), true)).toMatchObject({ complete: true, flags: [] });
  });

  it("are then those that differ, and the keys of those that are gone", () => {
    const before = table({ a: 1, b: 2, c: 3 });
    expect(frameOf(8, before, table({ a: 1, b: 3, d: 4 }), false)).toEqual({
      type: "values",
      revision: 8,
      complete: false,
      flags: [
        { key: "b", value: 3 },
        { key: "d", value: 4 },
      ],
      removed: ["c"],
    });
  });

  it("are nothing when nothing has changed, unless the client waits for an answer", () => {
    const same = table({ a: 1 });
    expect(valuesFrame(8, same, table({ a: 1 }), false)).toBeNull();
    expect(frameOf(8, same, table({ a: 1 }), true)).toMatchObject({ flags: [], removed: [] });
  });
});

describe("a client's frame", () => {
  it("names a context, or none, which is the empty one", () => {
    const sent = { type: "context", context: { targetingKey: "u", plan: "pro" }, later: 1 };
    expect(readContextFrame(JSON.stringify(sent))).toEqual({ ok: true, value: sent.context });
    expect(readContextFrame('{"type":"context"}')).toEqual({ ok: true, value: {} });
  });

  it.each([
    ["", "PARSE_ERROR"],
    ["not json", "PARSE_ERROR"],
    ['"context"', "PARSE_ERROR"],
    ["{}", "PARSE_ERROR"],
    ['{"type":"values"}', "PARSE_ERROR"],
    [`{"type":"context","pad":"${"x".repeat(LONGEST_CONTEXT_FRAME)}"}`, "PARSE_ERROR"],
    ['{"type":"context","context":[]}', "INVALID_CONTEXT"],
    ['{"type":"context","context":"u"}', "INVALID_CONTEXT"],
    [`{"type":"context","context":${'{"a":'.repeat(100)}1${"}".repeat(100)}}`, "INVALID_CONTEXT"],
  ])("is refused with a reason: %.40s", (text, errorCode) => {
    expect(readContextFrame(text)).toMatchObject({ ok: false, error: { errorCode } });
  });
});
