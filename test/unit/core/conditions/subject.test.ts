import { describe, expect, it } from "vitest";
import {
  PLATFORM_ATTRIBUTES,
  parseAttributePath,
} from "../../../../src/core/conditions/attribute-path.ts";
import { epochMs } from "../../../../src/core/brand.ts";
import { Subject } from "../../../../src/core/conditions/subject.ts";
import { murmurWords } from "../../../../src/core/hash/murmur3.ts";
import { NOON, subjectOf } from "./compile.ts";

const path = parseAttributePath;

const many = (context: Record<string, unknown>) => new Subject(context, { now: epochMs(1) }, true);

describe("Subject", () => {
  it.each([
    { name: "a plain name", attribute: "a", context: { a: 1 }, expected: 1 },
    { name: "an absent name", attribute: "b", context: { a: 1 }, expected: undefined },
    { name: "null, which is absent", attribute: "a", context: { a: null }, expected: undefined },
    { name: "a path", attribute: "a.b", context: { a: { b: 1 } }, expected: 1 },
    { name: "null at a path's end", attribute: "a.b", context: { a: { b: null } } },
    {
      name: "a literal name first",
      attribute: "a.b",
      context: { "a.b": 2, a: { b: 1 } },
      expected: 2,
    },
    { name: "no $ name of the caller", attribute: "$geo.city", context: { "$geo.city": "X" } },
    { name: "a $ name on the way", attribute: "a.$b", context: { a: { $b: 1 } }, expected: 1 },
  ])("finds $name", ({ attribute, context, expected }) => {
    expect(subjectOf(context).attribute(path(attribute))).toBe(expected);
  });

  it("has no targeting key when reading it throws, nor one that is inherited", () => {
    const throwing = {
      get targetingKey(): string {
        throw new Error("gone");
      },
    };
    expect(subjectOf(throwing).unit(path("targetingKey"))).toBeUndefined();
    const inheriting = Object.create({ targetingKey: "ada" });
    expect(subjectOf(inheriting).unit(path("targetingKey"))).toBeUndefined();
  });

  it("reads JSON that has a member called __proto__ like any other, and that member too", () => {
    const context = JSON.parse('{"__proto__":{"plan":"pro"},"targetingKey":"ada","a":1}');
    const subject = subjectOf(context);
    expect(subject.unit(path("targetingKey"))).toBe("ada");
    expect(subject.attribute(path("a"))).toBe(1);
    expect(subject.attribute(path("plan"))).toBeUndefined();
    expect(subject.attribute(path("__proto__.plan"))).toBe("pro");
  });

  it("takes $now and the platform's names from the moment, own members only", () => {
    const subject = subjectOf({ $now: 1 }, { platform: { "$geo.country": "NO" } });
    expect(subject.attribute(path("$now"))).toBe(NOON);
    expect(subject.attribute(path("$geo.country"))).toBe("NO");
    expect(subject.attribute(path("$geo.city"))).toBeUndefined();
    expect(subjectOf({}).attribute(path("$geo.country"))).toBeUndefined();
  });

  it.each([
    { name: "a text as it stands", value: "Zoë", expected: "Zoë" },
    { name: "no empty text", value: "", expected: undefined },
    { name: "an integer", value: 42, expected: "42" },
    { name: "a fraction", value: 1.5, expected: "1.5" },
    { name: "minus zero as JSON writes it", value: -0, expected: "0" },
    { name: "a large number as JSON writes it", value: 1e21, expected: "1e+21" },
    { name: "no NaN", value: Number.NaN, expected: undefined },
    { name: "no boolean", value: true, expected: undefined },
    { name: "no null", value: null, expected: undefined },
    { name: "no list", value: ["u"], expected: undefined },
    { name: "no object", value: { id: "u" }, expected: undefined },
  ])("has as a unit $name", ({ value, expected }) => {
    expect(subjectOf({ targetingKey: value }).unit(path("targetingKey"))).toBe(expected);
  });

  it("gives each unit's own hash words, asked in any order", () => {
    const subject = subjectOf({});
    for (const unit of ["a", "a", "日本語-42", "a", "", "", "b"]) {
      const expected = { first: 0, second: 0 };
      murmurWords(unit, expected);
      expect({ ...subject.words(unit) }).toEqual(expected);
    }
  });

  it("has a serial number of its own", () => {
    expect(subjectOf({}).serial).not.toBe(subjectOf({}).serial);
  });
});

describe("a subject for many flags", () => {
  it("answers the same when it is asked again", () => {
    const subject = many({ plan: "pro", none: null, org: { id: 7 } });
    for (let round = 0; round < 3; round += 1) {
      expect(subject.attribute(path("plan"))).toBe("pro");
      expect(subject.attribute(path("none"))).toBeUndefined();
      expect(subject.attribute(path("absent"))).toBeUndefined();
      expect(subject.attribute(path("org.id"))).toBe(7);
      expect(subject.attribute(path("$now"))).toBe(1);
    }
  });

  it("keeps nothing for the next subject", () => {
    expect(many({ plan: "pro" }).attribute(path("plan"))).toBe("pro");
    expect(many({}).attribute(path("plan"))).toBeUndefined();
  });
});

describe("parseAttributePath", () => {
  it.each(PLATFORM_ATTRIBUTES)("knows %s as the platform's", (name) => {
    expect(path(name).source).toBe(name === "$now" ? "now" : "platform");
  });

  it("takes dotted names apart, and leaves others whole", () => {
    expect(path("a")).toMatchObject({ name: "a", source: "context", steps: [] });
    expect(path("a.b.c").steps).toEqual(["a", "b", "c"]);
    expect(path(".").steps).toEqual(["", ""]);
  });
});
