import { describe, expect, it } from "vitest";
import type {
  DisabledEvaluation,
  ServedEvaluation,
} from "../../../../src/core/evaluation/evaluation.ts";
import { answerText, flagNotFound } from "../../../../src/core/ofrep/answer-text.ts";
import { bulkAnswer, fullClose, PLAIN_CLOSE } from "../../../../src/core/ofrep/bulk-answer.ts";
import {
  contextWords,
  type HashedText,
  listedText,
  matchesEntityTag,
} from "../../../../src/core/ofrep/entity-tag.ts";
import { errorText } from "../../../../src/core/ofrep/error-body.ts";
import { TextSheet } from "../../../../src/core/ofrep/text-sheet.ts";
import { normalizePath, ofrepTarget, pathOfUrl } from "../../../../src/core/ofrep/ofrep-path.ts";
import {
  MAX_CONTEXT_DEPTH,
  readEvaluationRequest,
} from "../../../../src/core/ofrep/request-body.ts";
import { valueText } from "../../../../src/core/ofrep/value-text.ts";

const served = (change: Partial<ServedEvaluation> = {}): ServedEvaluation => ({
  kind: "served",
  flag: "new-nav",
  version: 3,
  type: "boolean",
  variation: "on",
  value: true,
  reason: "STATIC",
  cause: "default",
  rule: null,
  experiment: null,
  ...change,
});
const disabled = (cause: DisabledEvaluation["cause"]): DisabledEvaluation => ({
  kind: "disabled",
  flag: "new-nav",
  version: 3,
  cause,
});

describe("a value on the wire", () => {
  it.each([
    { type: "float", value: 10, text: "10.0" },
    { type: "float", value: 0, text: "0.0" },
    { type: "float", value: -0, text: "-0.0" },
    { type: "float", value: -3, text: "-3.0" },
    { type: "float", value: 0.1, text: "0.1" },
    { type: "float", value: 1e21, text: "1e+21" },
    { type: "float", value: 1e-7, text: "1e-7" },
    { type: "float", value: 123456789012345680000, text: "123456789012345680000.0" },
    { type: "integer", value: 10, text: "10" },
    { type: "integer", value: 2147483647, text: "2147483647" },
    { type: "integer", value: 9007199254740991, text: "9007199254740991" },
    { type: "integer", value: 0, text: "0" },
    { type: "boolean", value: false, text: "false" },
    { type: "string", value: "", text: '""' },
    { type: "string", value: 'Zoë "日本" \ud800', text: '"Zoë \\"日本\\" \\ud800"' },
    { type: "object", value: {}, text: "{}" },
    { type: "object", value: { b: 1, a: [2, null] }, text: '{"b":1,"a":[2,null]}' },
  ] as const)("$type $value is written $text", ({ type, value, text }) => {
    expect(valueText(type, value)).toBe(text);
    expect(Object.is(JSON.parse(text), value)).toBe(typeof value !== "object");
  });
});

describe("one flag's answer", () => {
  it("has every member that some client insists on, in a fixed order", () => {
    expect(answerText(served(), "envprod1")).toBe(
      '{"key":"new-nav","value":true,"reason":"STATIC","variant":"on","metadata":{"flagSetId":"envprod1","version":"3"}}',
    );
  });

  it("names the experiment that the assignment exposes the unit to", () => {
    const text = answerText(served({ reason: "SPLIT", experiment: "nav-test" }), "envprod1");
    expect(JSON.parse(text).metadata).toEqual({
      flagSetId: "envprod1",
      version: "3",
      experimentKey: "nav-test",
    });
  });

  it.each([
    { cause: "off", metadata: { off: true } },
    { cause: "prerequisite", metadata: { off: true } },
    { cause: "killed", metadata: { killed: true } },
    { cause: "rule", metadata: {} },
  ] as const)("served because of $cause says $metadata", ({ cause, metadata }) => {
    expect(JSON.parse(answerText(served({ cause }), "envprod1")).metadata).toEqual({
      flagSetId: "envprod1",
      version: "3",
      ...metadata,
    });
  });

  it.each(["off", "killed", "prerequisite"] as const)(
    "without a variation because of %s is DISABLED, without a value and with an empty variant",
    (cause) => {
      const answer = JSON.parse(answerText(disabled(cause), "envprod1"));
      expect(answer).toMatchObject({ key: "new-nav", reason: "DISABLED", variant: "" });
      expect(answer).not.toHaveProperty("value");
    },
  );

  it("without a unit names the targeting key, and no attribute that only rules name", () => {
    const unit = { kind: "unit-missing", flag: "new-nav", version: 3 } as const;
    const said = (attribute: string) => JSON.parse(answerText({ ...unit, attribute }, "envprod1"));
    expect(said("targetingKey")).toEqual({
      key: "new-nav",
      errorCode: "TARGETING_KEY_MISSING",
      errorDetails: expect.stringContaining('"targetingKey"'),
    });
    expect(said("orgId")).toMatchObject({ errorCode: "TARGETING_KEY_MISSING" });
    expect(JSON.stringify(said("orgId"))).not.toContain("orgId");
  });

  it("is an error with key, code and details when the flag is unknown", () => {
    expect(JSON.parse(errorText(flagNotFound("no-such"), "no-such"))).toEqual({
      key: "no-such",
      errorCode: "FLAG_NOT_FOUND",
      errorDetails: expect.stringContaining('"no-such"'),
    });
    expect(JSON.parse(errorText(flagNotFound("no-such"), null))).not.toHaveProperty("key");
  });
});

describe("a bulk answer", () => {
  const items = [served(), served({ flag: "other" })].map((evaluation) =>
    listedText(answerText(evaluation, "envprod1")),
  );
  const asked = contextWords({ targetingKey: "user-1" }, "client");

  const full = fullClose("envprod1", "https://a.example/s");

  const bulkOf = (answers: typeof items, askedFor: typeof asked, close: HashedText) => {
    const texts = new TextSheet();
    const numbers = answers.map((answer) => texts.add(answer));
    return bulkAnswer(texts, numbers, askedFor, close);
  };

  const textOf = (answers: typeof items, close: HashedText) =>
    new TextDecoder().decode(bulkOf(answers, asked, close).bytes());

  it("is one JSON body, with flag set metadata and event streams only for those who can read them", () => {
    expect(JSON.parse(textOf(items, PLAIN_CLOSE))).toEqual({
      flags: items.map((item) => JSON.parse(item.text)),
    });
    expect(JSON.parse(textOf(items, full))).toEqual({
      flags: items.map((item) => JSON.parse(item.text)),
      metadata: { flagSetId: "envprod1" },
      eventStreams: [{ type: "sse", url: "https://a.example/s", inactivityDelaySec: 120 }],
    });
    expect(textOf([], PLAIN_CLOSE)).toBe('{"flags":[]}');
  });

  it("has the same tag for the same answers to the same question, in any member order", () => {
    const one = contextWords({ a: 1, b: { c: 2, d: 3 } }, "client");
    const same = contextWords({ b: { d: 3, c: 2 }, a: 1 }, "client");
    expect(bulkOf(items, one, PLAIN_CLOSE).tag).toBe(bulkOf(items, same, PLAIN_CLOSE).tag);
  });

  it.each([
    [{ a: 1 }, { a: "1" }],
    [{ a: null }, { a: "null" }],
    [
      { a: "b", c: "d" },
      { a: "d", c: "b" },
    ],
    [{ ab: "c" }, { a: "bc" }],
    [{ a: '"b' }, { 'a"': "b" }],
    [{ a: "x" }, { a: "x", b: "" }],
    [{ a: ["x", "y"] }, { a: ["y", "x"] }],
    [{ a: { b: 1 } }, { a: '{"b":1}' }],
  ])("has another tag for %j than for %j", (one, other) => {
    expect(bulkOf(items, contextWords(one, "client"), PLAIN_CLOSE).tag).not.toBe(
      bulkOf(items, contextWords(other, "client"), PLAIN_CLOSE).tag,
    );
  });

  it.each([
    {
      name: "another context",
      tag: bulkOf(items, contextWords({}, "client"), PLAIN_CLOSE).tag,
    },
    {
      name: "another key scope",
      tag: bulkOf(items, contextWords({ targetingKey: "user-1" }, "server"), PLAIN_CLOSE).tag,
    },
    { name: "one answer fewer", tag: bulkOf(items.slice(1), asked, PLAIN_CLOSE).tag },
    { name: "another order", tag: bulkOf(items.toReversed(), asked, PLAIN_CLOSE).tag },
    { name: "metadata and a stream", tag: bulkOf(items, asked, full).tag },
    {
      name: "a flag's new version",
      tag: bulkOf(
        [listedText(answerText(served({ version: 4 }), "envprod1")), ...items.slice(1)],
        asked,
        PLAIN_CLOSE,
      ).tag,
    },
  ])("has another tag for $name", ({ tag }) => {
    expect(tag).not.toBe(bulkOf(items, asked, PLAIN_CLOSE).tag);
    expect(tag).toMatch(/^W\/"[0-9a-f]{16}"$/);
  });

  it("has another tag when the stream has another address, so that no 304 hides it", () => {
    const moved = fullClose("envprod1", "https://a.example/t");
    expect(bulkOf(items, asked, moved).tag).not.toBe(bulkOf(items, asked, full).tag);
  });

  it("has different tags for 20,000 different answers", () => {
    const tags = new Set<string>();
    for (let version = 0; version < 20_000; version += 1) {
      const item = listedText(answerText(served({ version }), "envprod1"));
      tags.add(bulkOf([item], asked, PLAIN_CLOSE).tag);
    }
    expect(tags.size).toBe(20_000);
  });
});

describe("If-None-Match", () => {
  const tag = 'W/"0123456789abcdef"';
  it.each([
    { header: tag, matches: true },
    { header: '"0123456789abcdef"', matches: true },
    { header: "0123456789abcdef", matches: true },
    { header: "W/0123456789abcdef", matches: true },
    { header: `"other", ${tag} , "third"`, matches: true },
    { header: "*", matches: true },
    { header: '"0123456789abcde"', matches: false },
    { header: "", matches: false },
    { header: null, matches: false },
  ])("$header matches: $matches", ({ header, matches }) => {
    expect(matchesEntityTag(header, tag)).toBe(matches);
  });
});

const nested = (levels: number) =>
  `{"context":${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels - 1)}}`;

describe("a request body", () => {
  it.each(["", "  \n", "{}", "null", '{"context":null}', '{"other":1}'])(
    "%j is an empty context",
    (text) => {
      expect(readEvaluationRequest(text)).toEqual({ ok: true, value: {} });
    },
  );

  it("keeps nested values, and the last of two members of one name", () => {
    const text = '{"context":{"targetingKey":"u","plan":"a","plan":"b","org":{"id":[1,null]}}}';
    expect(readEvaluationRequest(text)).toEqual({
      ok: true,
      value: { targetingKey: "u", plan: "b", org: { id: [1, null] } },
    });
  });

  it.each([
    { name: "no JSON", text: "{context:1}", errorCode: "PARSE_ERROR" },
    { name: "half a body", text: '{"context":{"a"', errorCode: "PARSE_ERROR" },
    { name: "a list", text: "[]", errorCode: "PARSE_ERROR" },
    { name: "a text", text: '"context"', errorCode: "PARSE_ERROR" },
    { name: "a list as context", text: '{"context":[]}', errorCode: "INVALID_CONTEXT" },
    { name: "a text as context", text: '{"context":"u"}', errorCode: "INVALID_CONTEXT" },
    { name: "a number as context", text: '{"context":0}', errorCode: "INVALID_CONTEXT" },
  ])("with $name is refused as $errorCode", ({ text, errorCode }) => {
    const error = { errorCode, errorDetails: expect.stringMatching(/\{.*\}/) };
    expect(readEvaluationRequest(text)).toEqual({ ok: false, error });
  });

  it("never repeats what it held when it could not be read", () => {
    expect(JSON.stringify(readEvaluationRequest('{"email":"zoe@example.com'))).not.toContain("zoe");
  });

  it("nests as deep as allowed and no deeper, and half a million levels are refused", () => {
    expect(readEvaluationRequest(nested(MAX_CONTEXT_DEPTH)).ok).toBe(true);
    const tooDeep = { ok: false, error: { errorCode: "INVALID_CONTEXT" } };
    expect(readEvaluationRequest(nested(MAX_CONTEXT_DEPTH + 1))).toMatchObject(tooDeep);
    const lists = `{"context":{"a":${"[".repeat(500_000)}${"]".repeat(500_000)}}}`;
    expect(readEvaluationRequest(lists)).toMatchObject(tooDeep);
  });
});

describe("an OFREP path", () => {
  it.each([
    { path: "/ofrep/v1/evaluate/flags", target: { kind: "bulk" } },
    { path: "//ofrep//v1/evaluate/flags/", target: { kind: "bulk" } },
    { path: "/ofrep/v1/evaluate/flags/new-nav", target: { key: "new-nav" } },
    { path: "/ofrep/v1/evaluate/flags/new%2Dnav/", target: { key: "new-nav" } },
    { path: "/ofrep/v1/evaluate/flags/new%252Dnav", target: { key: "new%2Dnav" } },
    { path: "/ofrep/v1/evaluate/flags/new%2", target: { key: "new%2" } },
    { path: "/ofrep/v1/evaluate/flags/%ff", target: { key: "%ff" } },
    { path: "/ofrep/v1/evaluate/flags/new+nav", target: { key: "new+nav" } },
    { path: "/ofrep/v1/evaluate/flags/a/b", target: { key: "a/b" } },
    { path: "/ofrep/v1/evaluate/flags/a%2Fb", target: { key: "a/b" } },
    {
      path: `/ofrep/v1/evaluate/flags/${"x".repeat(129)}`,
      target: { kind: "flag", key: "x".repeat(129) },
    },
  ])("$path", ({ path, target }) => {
    expect(ofrepTarget(normalizePath(path))).toMatchObject(target);
  });

  it.each(["/", "/ofrep/v1/evaluate", "/ofrep/v1/evaluate/flagsx", "/ofrep/v1/configuration"])(
    "%s is none",
    (path) => {
      expect(ofrepTarget(normalizePath(path))).toBeNull();
    },
  );
});

describe("the path of a URL", () => {
  it.each([
    "https://flags.example",
    "https://flags.example/",
    "https://flags.example?key=a/b",
    "http://localhost:8787/ofrep/v1/evaluate/flags/new-nav",
    "http://user:p%2Fw@localhost:8787//ofrep//v1/evaluate/flags/?a=/b?c#d",
    "http://[::1]:8787/a%2Fb/../c/%E2%9C%93#/x",
    "https://flags.example/#?a",
    "https://flags.example/a;b=c@d:e/f",
  ])("of %s is what parsing it gives", (url) => {
    const { href, pathname } = new URL(url);
    expect(pathOfUrl(href)).toBe(pathname);
  });
});
