import { createHmac, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { IntakeEvent } from "../../../../src/core/events/event.ts";
import { privateEvent, unitMatcher } from "../../../../src/core/privacy/event-privacy.ts";
import { pseudonymOf } from "../../../../src/core/privacy/pseudonym.ts";

const PEPPER = new Uint8Array(randomBytes(32));
const EVENT: IntakeEvent = {
  kind: "metric",
  id: "e1",
  atMs: 1,
  targetingKey: "ada",
  attributes: { plan: "pro", email: "ada@example.com", age: 36, note: "call +49 30 1234567" },
  metric: "purchase",
  value: 1,
};
const USAGE: IntakeEvent = {
  kind: "usage",
  id: "u1",
  atMs: 1,
  flag: "ada",
  variation: null,
  reason: "OFF",
  count: 3,
};

describe("a hashed key", () => {
  it.each([16, 32, 64, 65, 200])("is HMAC-SHA256 under a pepper of %i bytes", (length) => {
    const pepper = new Uint8Array(randomBytes(length));
    for (const unit of ["", "ada", "Zoë-🙂", "x".repeat(512)]) {
      const expected = createHmac("sha256", pepper).update(unit, "utf8").digest("hex");
      expect(pseudonymOf(pepper, unit)).toBe(`hmac-sha256:${expected}`);
    }
  });

  it("stays as it is when hashed again, and differs between environments", () => {
    const once = pseudonymOf(PEPPER, "ada");
    expect(pseudonymOf(PEPPER, once)).toBe(once);
    expect(pseudonymOf(new Uint8Array(32), "ada")).not.toBe(once);
  });
});

describe("an event as it may be kept", () => {
  it("has no private attribute, masked texts and a hashed key, and twice is once", () => {
    const privacy = {
      privateAttributes: ["email"],
      attributeMasking: "mask",
      pepper: PEPPER,
    } as const;
    const kept = privateEvent(EVENT, privacy);
    expect(kept).toEqual({
      ...EVENT,
      targetingKey: pseudonymOf(PEPPER, "ada"),
      attributes: { plan: "pro", age: 36, note: "call +** ** *****67" },
    });
    expect(privateEvent(kept, privacy)).toEqual(kept);
  });

  it("is as it was where nothing is set, and counts without a unit always are", () => {
    const nothing = { privateAttributes: [], attributeMasking: "off", pepper: null } as const;
    expect(privateEvent(EVENT, nothing)).toEqual(EVENT);
    expect(privateEvent(USAGE, { ...nothing, pepper: PEPPER })).toBe(USAGE);
  });
});

describe("the events of a unit", () => {
  const matcher = unitMatcher({ attribute: "targetingKey", value: "ada" }, [PEPPER]);

  it.each([
    { name: "by its key", line: JSON.stringify(EVENT), is: true },
    {
      name: "by its hashed key",
      line: JSON.stringify({ ...EVENT, targetingKey: pseudonymOf(PEPPER, "ada") }),
      is: true,
    },
    {
      name: "not of one whose key begins with it",
      line: JSON.stringify({ ...EVENT, targetingKey: "adam" }),
      is: false,
    },
    { name: "not because a flag has the name", line: JSON.stringify(USAGE), is: false },
    { name: "cut off, with the key in it", line: '{"targetingKey":"ada', is: true },
    { name: "cut off, without", line: '{"targetingKey":"bob', is: false },
  ])("$name", ({ line, is }) => {
    expect(matcher.isLineOf(line)).toBe(is);
  });

  it("are also those with its value in the attribute by which it is known", () => {
    const byAge = unitMatcher({ attribute: "age", value: "36" }, []);
    expect(byAge.isLineOf(JSON.stringify(EVENT))).toBe(true);
    expect(byAge.isLineOf(JSON.stringify({ ...EVENT, attributes: { size: 36 } }))).toBe(false);
    const nobody = unitMatcher({ attribute: "targetingKey", value: "undefined" }, []);
    expect(nobody.isOf(USAGE)).toBe(false);
  });

  it("are found although the key is written with escapes", () => {
    const quoted = { ...EVENT, targetingKey: 'a"da\n' };
    const ofIt = unitMatcher({ attribute: "targetingKey", value: 'a"da\n' }, []);
    expect(ofIt.isLineOf(JSON.stringify(quoted))).toBe(true);
  });
});
