import { describe, expect, it } from "vitest";
import { FlagPatchRequest } from "../../../src/contract/flag.ts";
import { invalidInput } from "../../../src/contract/invalid-input.ts";
import { CatalogueFlagCreateRequest } from "../../../src/contract/catalogue-flag.ts";

const issues = (input: unknown) => {
  const { error } = FlagPatchRequest.safeParse(input);
  return error === undefined ? [] : invalidInput(error, input);
};
const condition = (one: unknown) => ({
  rules: [{ id: "r", if: one, then: { variation: "on" } }],
});

describe("invalidInput", () => {
  it.each([
    {
      name: "an unknown field of a deep object",
      input: { variations: [{ key: "on", value: 1, nam: "x" }] },
      path: "/variations/0/nam",
      message: 'unknown field "nam"; did you mean "name"?',
    },
    {
      name: "a name with characters that pointers escape",
      input: { "a/b~c": 1, enabled: true },
      path: "/a~1b~0c",
      message: "unknown field",
    },
    {
      name: "a misspelt operator",
      input: condition({ attribute: "a", operator: "start_with", value: "x" }),
      path: "/rules/0/if/operator",
      message: 'did you mean "starts_with"?',
    },
    {
      name: "a condition that forgot its operator",
      input: condition({ attribute: "a", value: "x" }),
      path: "/rules/0/if/operator",
      message: "is required",
    },
    {
      name: "an `and` that is not a list",
      input: condition({ and: { attribute: "a", operator: "exists" } }),
      path: "/rules/0/if/and",
      message: "is an object, must be an array",
    },
    {
      name: "two forms at once",
      input: condition({ and: [], or: [] }),
      path: "/rules/0/if",
      message: "a condition is one of",
    },
    {
      name: "an outcome of neither form",
      input: { default: {} },
      path: "/default",
      message: "an outcome is either",
    },
    {
      name: "a fault six levels down",
      input: condition({ not: { or: [{ and: [{ not: { segment: 5 } }] }] } }),
      path: "/rules/0/if/not/or/0/and/0/not/segment",
      message: "is 5, must be a string",
    },
    {
      name: "a long value, cut",
      input: { offVariation: "x".repeat(500) },
      path: "/offVariation",
      message: "…: use 1 to 128",
    },
    { name: "nothing at all", input: {}, path: "", message: "name at least one field to change" },
  ])("names $name", ({ input, path, message }) => {
    const found = issues(input);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ path, message: expect.stringContaining(message) });
  });

  it("reports a hundred places at most", () => {
    const rules = Array.from({ length: 500 }, () => ({ id: "!" }));
    expect(issues({ rules })).toHaveLength(100);
  });

  it("says what is wrong with a value under a key that was not foreseen", () => {
    const input = { key: "f", environments: { prod: { enabled: "yes" } } };
    const { error } = CatalogueFlagCreateRequest.safeParse(input);
    expect(invalidInput(error!, input)).toMatchObject([
      { path: "/environments/prod/enabled", message: 'is "yes", must be a boolean' },
    ]);
  });
});
