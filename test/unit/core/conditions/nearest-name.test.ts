import { describe, expect, it } from "vitest";
import { nearestName } from "../../../../src/core/conditions/nearest-name.ts";

const KNOWN = ["variations", "offVariation", "enabled", "rules", "default", "not_in", "in"];

describe("nearestName", () => {
  it.each([
    { name: "a letter missing", given: "variatons", expected: "variations" },
    { name: "a letter too many", given: "ruless", expected: "rules" },
    { name: "a wrong letter", given: "rukes", expected: "rules" },
    { name: "two letters swapped", given: "enalbed", expected: "enabled" },
    { name: "other capitals", given: "offvariation", expected: "offVariation" },
    { name: "another way to join words", given: "off-variation", expected: "offVariation" },
    { name: "underscores left out", given: "notIn", expected: "not_in" },
    { name: "the name itself", given: "default", expected: "default" },
    { name: "nothing like it", given: "description", expected: undefined },
    { name: "nothing at all", given: "", expected: undefined },
    { name: "a name too long to be a slip", given: "rules".repeat(20_000), expected: undefined },
  ])("$name → $expected", ({ given, expected }) => {
    expect(nearestName(given, KNOWN)).toBe(expected);
  });

  it("prefers the nearest, and of equally near ones the first", () => {
    expect(nearestName("semver_ltt", ["semver_lt", "semver_lte"])).toBe("semver_lt");
    expect(nearestName("gtx", ["gta", "gtb"])).toBe("gta");
  });

  it("takes any number of known names, and none", () => {
    expect(
      nearestName("flag-4999", new Set(Array.from({ length: 5_000 }, (_, i) => `flag-${i}`))),
    ).toBe("flag-4999");
    expect(nearestName("x", [])).toBeUndefined();
  });
});
