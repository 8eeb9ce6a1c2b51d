import { describe, expect, it } from "vitest";
import type { PatternCompiler } from "../../../../../src/core/conditions/pattern.ts";
import type { FlagDocument } from "../../../../../src/core/documents/flag.ts";
import { applyDelta } from "../../../../../src/core/evaluation/apply-delta.ts";
import { compileRuleset } from "../../../../../src/core/evaluation/compile-ruleset.ts";
import type { Ruleset } from "../../../../../src/core/evaluation/ruleset.ts";
import { CORPUS } from "../../../../../src/core/evaluation/trial/corpus.ts";
import { tryOut } from "../../../../../src/core/evaluation/trial/try-out.ts";
import { delta, deps, flag, must, rulesetOf, snapshot } from "../build.ts";
import { fuzzRuleset } from "../fuzz-ruleset.ts";

/** Patterns that compile, and fail when they are used on what somebody hands in. */
const failing: PatternCompiler = () => ({
  ok: true,
  value: {
    longestText: 1_000_000,
    finds: (text: string) => {
      if (text.length > 4_000) throw new Error("too long for me");
      return false;
    },
  },
});

const matching = (key: string, parts: Partial<FlagDocument> = {}) =>
  flag({
    key,
    rules: [
      {
        id: "r1",
        if: { attribute: "email", operator: "matches", value: "^a" },
        then: { variation: "on" },
      },
    ],
    ...parts,
  });

describe("trying a ruleset out", () => {
  it("finds nothing wrong with flags of every kind", () => {
    expect(tryOut(fuzzRuleset, null)).toBeNull();
  });

  it("names the flag and the user for whom deciding fails", () => {
    const ruleset = must(
      compileRuleset(snapshot({ flags: [flag(), matching("bad")] }), { compilePattern: failing }),
    );
    expect(tryOut(ruleset, null)).toEqual({
      path: "/flags/bad",
      code: "evaluation.failed",
      message:
        "a user with a text of 4,096 characters for every attribute could not be answered: " +
        "evaluating it failed: Error: too long for me",
    });
  });

  it.each([
    { name: "of another flag", answer: { kind: "served", flag: "other" } },
    { name: "of no variation", answer: { variation: "maybe" } },
    { name: "with another variation's value", answer: { value: false } },
    { name: "of another type", answer: { type: "string" } },
    { name: "that there is none", answer: { kind: "not-found" } },
    { name: "that a unit of no name is missing", answer: { kind: "unit-missing", attribute: "" } },
  ])("refuses an answer $name", ({ answer }) => {
    expect(tryOut(answering("new-nav", answer), null)?.path).toBe("/flags/new-nav");
  });

  it("tries what has changed and what depends on it, and nothing else", () => {
    const before = rulesetOf({
      flags: [
        flag({ key: "base" }),
        flag({ key: "leaf", prerequisites: [{ flag: "base", variations: ["on"] }] }),
        flag({ key: "far", prerequisites: [{ flag: "leaf", variations: ["on"] }] }),
        flag({ key: "other" }),
      ],
    });
    const change = {
      kind: "flag",
      key: "base",
      state: { version: 2, document: flag({ key: "base", enabled: false }) },
    };
    const after = must(applyDelta(before, delta(1, [change]), deps));
    const tried = (key: string) => tryOut(spoiled(after, key), spoiled(before, key));
    expect(tried("other")).toBeNull();
    expect(tried("leaf")?.path).toBe("/flags/leaf");
    expect(tried("far")?.path).toBe("/flags/far");
  });
});

it("the corpus has every kind of value for any attribute, and users without any", () => {
  const kinds = new Set(CORPUS.map(({ context }) => typeof context["whatever.it.is"]));
  expect(kinds).toEqual(new Set(["undefined", "string", "number", "boolean", "object"]));
  for (const { name, context } of CORPUS) {
    expect(Object.hasOwn(context, "plan"), name).toBe(
      name.includes("every attribute") || name === "no targeting key",
    );
  }
});

/** The same flags, of which one gives an answer that nobody could use. */
function answering(key: string, answer: object): Ruleset {
  return spoiled(rulesetOf({ flags: [flag({ key })] }), key, answer);
}

function spoiled(ruleset: Ruleset, key: string, answer: object = { flag: "other" }): Ruleset {
  // One object for one flag, as compiled flags are shared by rulesets.
  const flags = new Map(
    Array.from(ruleset.flags.values(), (compiled) => {
      const name = compiled.key;
      return [name, name === key ? spoiledOnce(compiled, answer) : compiled];
    }),
  );
  return {
    ...ruleset,
    flags: flags as unknown as Ruleset["flags"],
    flagsByKey: [...flags.values()] as Ruleset["flagsByKey"],
  };
}

const made = new WeakMap<object, object>();

function spoiledOnce(compiled: { readonly constant: object | undefined }, answer: object): object {
  const known = made.get(compiled);
  if (known !== undefined) return known;
  const right = {
    kind: "served",
    flag: "new-nav",
    version: 1,
    type: "boolean",
    variation: "on",
    value: true,
    reason: "STATIC",
    cause: "default",
    rule: null,
    experiment: null,
  };
  const spoilt = { ...compiled, constant: { ...right, ...answer } };
  made.set(compiled, spoilt);
  return spoilt;
}
