import { afterEach, describe, expect, it } from "vitest";
import { parseAttributePath } from "../../../../src/core/conditions/attribute-path.ts";
import { isPlain, memberOf, ownTargetingKey } from "../../../../src/core/conditions/own-member.ts";

const common = Object.prototype as { planted?: string; targetingKey?: string };
afterEach(() => {
  delete common.planted;
  delete common.targetingKey;
});

describe("the targeting key of a context", () => {
  it.each([
    ["its own", { targetingKey: "u" }, "u"],
    ["none", {}, undefined],
    ["no text", { targetingKey: 5 }, undefined],
    ["an empty text", { targetingKey: "" }, undefined],
    ["inherited", Object.create({ targetingKey: "u" }), undefined],
    [
      "its own beside an inherited one",
      Object.assign(Object.create({ targetingKey: "t" }), { targetingKey: "u" }),
      "u",
    ],
    [
      "of an object without a prototype",
      Object.assign(Object.create(null), { targetingKey: "u" }),
      "u",
    ],
    [
      "beside a member of the prototype's name",
      JSON.parse('{"__proto__": {"targetingKey": "t"}}'),
      undefined,
    ],
    ["one that throws", Object.defineProperty({}, "targetingKey", { get: fail }), undefined],
    [
      "of a proxy that throws",
      new Proxy({}, { get: fail, getOwnPropertyDescriptor: fail }),
      undefined,
    ],
  ])("%s", (_, context, expected) => {
    expect(ownTargetingKey(context)).toBe(expected);
  });

  it("is not one that every object inherits", () => {
    common.targetingKey = "t";
    expect(ownTargetingKey({})).toBeUndefined();
    expect(ownTargetingKey({ targetingKey: "u" })).toBe("u");
  });
});

describe("a plain context", () => {
  it.each([
    ["an object as JSON has it", {}, true],
    ["one without a prototype", Object.create(null), false],
    ["one that inherits", Object.create({ a: 1 }), false],
    ["a list", [], false],
    ["one with a member of the prototype's name", JSON.parse('{"__proto__": {}}'), false],
    ["a proxy that throws", new Proxy({}, { get: fail }), false],
  ])("is %s: %#", (_, context, expected) => {
    expect(isPlain(context)).toBe(expected);
  });

  it("is none as long as every object inherits something", () => {
    common.planted = "x";
    expect(isPlain({})).toBe(false);
    delete common.planted;
    expect(isPlain({})).toBe(true);
  });
});

it("each name is read, however many there are and whatever their turn", () => {
  const names = Array.from({ length: 300 }, (_, at) => `member-${at}`);
  const context = Object.fromEntries(names.map((name, at) => [name, at]));
  for (const round of [1, 2]) {
    for (const [at, name] of names.entries()) {
      const { slot } = parseAttributePath(name);
      expect(memberOf(context, name, slot), `round ${round}`).toBe(at);
      expect(memberOf({}, name, slot)).toBeUndefined();
    }
  }
});

function fail(): never {
  throw new Error("no");
}
