import { expect, it } from "vitest";
import { findPiiInJson, maskDetail } from "../../../../src/core/privacy/mask-json.ts";

const DETAIL = {
  before: null,
  after: { included: ["ada@example.com", "u-1"], "bob@example.com": true, at: 1_767_225_600_000 },
  facts: { card: 4_111_111_111_111_111, share: 0.5, "a/b": "from 203.0.113.9" },
};

it("says where in a document each is, as a JSON Pointer", () => {
  expect(findPiiInJson(DETAIL)).toEqual([
    { path: "/after/included/0", kind: "email" },
    { path: "/after/bob@example.com", kind: "email" },
    { path: "/facts/card", kind: "card" },
    { path: "/facts/a~1b", kind: "ip" },
  ]);
});

it("masks texts, names and long numbers, and leaves everything else as it is", () => {
  expect(maskDetail(DETAIL, "mask")).toEqual({
    before: null,
    after: {
      included: ["a***@example.com", "u-1"],
      "b***@example.com": true,
      at: 1_767_225_600_000,
    },
    facts: { card: "************1111", share: 0.5, "a/b": "from 203.0.*.*" },
  });
});

it("loses no member whose name becomes that of another", () => {
  expect(maskDetail({ "a@x.io": 1, "ab@x.io": 2, "b@x.io": 3 }, "remove")).toEqual({
    "[email]": 1,
    "[email] (2)": 2,
    "[email] (3)": 3,
  });
});

it("leaves the value itself when masking is off, and finds nothing in what it masked", () => {
  expect(maskDetail(DETAIL, "off")).toBe(DETAIL);
  for (const mode of ["mask", "remove"] as const) {
    expect(findPiiInJson(maskDetail(DETAIL, mode))).toEqual([]);
  }
});

it("keeps a member called __proto__ a member", () => {
  const masked = maskDetail(JSON.parse('{"__proto__":{"a":"x@y.io"}}'), "mask");
  expect(JSON.stringify(masked)).toBe('{"__proto__":{"a":"x***@y.io"}}');
});
