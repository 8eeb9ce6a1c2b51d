import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRuleset } from "../../../../src/core/evaluation/compile-ruleset.ts";
import { evaluateAll } from "../../../../src/core/evaluation/evaluate.ts";
import { compile, deps, flag, NOON } from "./build.ts";

describe("compileRuleset", () => {
  it("never throws, whatever the snapshot is", () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        compileRuleset(anything, deps);
        compile({ flags: [anything], segments: [anything], experiments: [anything] });
        compile({ holdouts: [anything], keys: [anything] });
      }),
      { numRuns: 2_000, seed: 4 },
    );
  });

  it("never throws on a flag of which one member is anything", () => {
    const names = Object.keys(flag());
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 6 }), (name, value) => {
        const compiled = compile({ flags: [{ ...flag(), [name]: value }] });
        if (compiled.ok) evaluateAll(compiled.value, {}, NOON);
        else expect(compiled.error.length).toBeGreaterThan(0);
      }),
      { numRuns: 5_000, seed: 5 },
    );
  });
});
