import { describe, expect, it } from "vitest";
import { compileRuleset } from "../../../../src/core/evaluation/compile-ruleset.ts";
import { evaluateAll, evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import { compile, deps, flag, issuesOf, NOON, rulesetOf, snapshot } from "./build.ts";

const needs = (other: string, ...variations: string[]) => ({
  prerequisites: [{ flag: other, variations: variations.length === 0 ? ["on"] : variations }],
});
const key = (parts: object = {}) => ({
  id: "key-1",
  kind: "server",
  hash: "a".repeat(64),
  expiresAtMs: null,
  origins: [],
  ...parts,
});
const experiment = (name: string, ranges: [number, number][], layer = "layer-a") => ({
  key: name,
  layer: { key: layer, ranges },
});
const inSegment = (segment: string) => ({
  rules: [{ id: "r1", if: { segment }, then: { variation: "off" } }],
});
const inExperiment = (name: string, salt: string) => ({
  rules: [
    {
      id: "r1",
      if: { and: [] },
      then: {
        rollout: {
          unit: "targetingKey",
          variations: [{ key: "off", weight: 50 }],
          salt,
          experiment: name,
        },
      },
    },
  ],
});

const chain = (length: number) =>
  Array.from({ length }, (_, i) =>
    flag({ key: `f${i}`, ...(i === length - 1 ? {} : needs(`f${i + 1}`)) }),
  );

describe("compileRuleset", () => {
  it("keeps the flags sorted by key, and SDK keys by hash", () => {
    const ruleset = rulesetOf({
      flags: [flag({ key: "b" }), flag({ key: "C" }), flag({ key: "a" })],
      keys: [key(), key({ id: "key-2", hash: "b".repeat(64), kind: "client" })],
    });
    expect(ruleset.flagsByKey.map((each) => each.key)).toEqual(["C", "a", "b"]);
    expect([...ruleset.flags.keys()].toSorted()).toEqual(["C", "a", "b"]);
    expect(ruleset.keys.get("b".repeat(64))?.id).toBe("key-2");
    expect(ruleset).toMatchObject({ environmentId: "a1b2c3d4", revision: 1 });
  });

  it("leaves out of an SDK key what a ruleset does not need", () => {
    const ruleset = rulesetOf({ keys: [key({ name: "Shop", hint: "x7" })] });
    expect(ruleset.keys.get("a".repeat(64))).toEqual(key());
  });

  it.each([
    { name: "no object", input: null, path: "" },
    {
      name: "another format",
      input: { ...snapshot({}), format: "switchyard.snapshot/2" },
      path: "/format",
    },
    {
      name: "a bad environment id",
      input: { ...snapshot({}), environmentId: "UP" },
      path: "/environmentId",
    },
    { name: "a revision below 0", input: { ...snapshot({}), revision: -1 }, path: "/revision" },
    {
      name: "a moment that is no number",
      input: { ...snapshot({}), acceptedAtMs: "now" },
      path: "/acceptedAtMs",
    },
    { name: "no salt", input: { ...snapshot({}), salt: null }, path: "/salt" },
    { name: "flags that are no list", input: { ...snapshot({}), flags: {} }, path: "/flags" },
    {
      name: "no list of segments",
      input: { ...snapshot({}), segments: undefined },
      path: "/segments",
    },
    {
      name: "a document without its version",
      input: { ...snapshot({}), flags: [flag()] },
      path: "/flags/0/version",
    },
    {
      name: "a flag without a key",
      input: snapshot({ flags: [{ ...flag(), key: 5 }] }),
      path: "/flags/0/document/key",
    },
    { name: "a flag twice", input: snapshot({ flags: [flag(), flag()] }), path: "/flags/1" },
    {
      name: "a broken experiment",
      input: snapshot({ experiments: [{ key: "e", layer: 5 }] }),
      path: "/experiments/e/layer",
    },
    {
      name: "a broken holdout",
      input: snapshot({ holdouts: [{ key: "h", ranges: [] }] }),
      path: "/holdouts/h/experiments",
    },
    {
      name: "a broken SDK key",
      input: snapshot({ keys: [key({ hash: "x" })] }),
      path: "/keys/key-1/hash",
    },
  ])("refuses a snapshot with $name", ({ input, path }) => {
    const compiled = compileRuleset(input, deps);
    expect(issuesOf(compiled).map((issue) => issue.path)).toEqual([path]);
  });

  it("says where a flag refers to something that does not exist", () => {
    const compiled = compile({
      flags: [
        flag({ key: "new-cart" }),
        flag({ key: "a", ...needs("new-crat") }),
        flag({ key: "b", ...needs("new-cart", "off", "onn") }),
        flag({ key: "c", ...inSegment("bta") }),
      ],
      segments: [{ key: "beta", included: [], excluded: [], rules: [] }],
    });
    expect(issuesOf(compiled)).toEqual([
      expect.objectContaining({
        path: "/flags/c/rules/0/if/segment",
        message: expect.stringContaining('"beta"'),
      }),
      {
        path: "/flags/a/prerequisites/0/flag",
        code: "prerequisite.unknown-flag",
        message:
          'the environment has no flag "new-crat", or it is archived; did you mean "new-cart"?',
      },
      {
        path: "/flags/b/prerequisites/0/variations/1",
        code: "prerequisite.unknown-variation",
        message: 'the flag "new-cart" has no variation "onn"; did you mean "on"?',
      },
    ]);
  });

  it("names what is wrong with a segment once, and not in every flag that uses it", () => {
    const compiled = compile({
      flags: [flag({ key: "a", ...inSegment("beta") }), flag({ key: "b", ...needs("a") })],
      segments: [{ key: "beta", included: [5], excluded: [], rules: [] }],
    });
    expect(issuesOf(compiled).map(({ path }) => path)).toEqual(["/segments/beta/included/0"]);
  });

  it("names what is wrong with a flag once, and not in every flag that needs it", () => {
    const compiled = compile({
      flags: [flag({ key: "a", salt: "" }), flag({ key: "b", ...needs("a") })],
    });
    expect(issuesOf(compiled).map(({ path }) => path)).toEqual(["/flags/a/salt"]);
  });

  it.each([
    { name: "of one", edges: { a: ["a"] }, cycle: "a → a" },
    { name: "of two", edges: { a: ["b"], b: ["a"] }, cycle: "a → b → a" },
    {
      name: "behind a start that is not in it",
      edges: { a: ["b"], b: ["c"], c: ["b"] },
      cycle: "b → c → b",
    },
    {
      name: "beside ways that end",
      edges: { a: ["d", "b"], b: ["d", "c"], c: ["d", "a"], d: [] },
      cycle: "a → b → c → a",
    },
  ])("shows a circle of prerequisites $name", ({ edges, cycle }) => {
    const flags = Object.entries(edges).map(([name, others]) =>
      flag({
        key: name,
        prerequisites: others.map((other) => ({ flag: other, variations: ["on"] })),
      }),
    );
    const issues = issuesOf(compile({ flags }));
    expect(issues).toEqual([
      {
        path: expect.stringMatching(/^\/flags\/[abc]\/prerequisites\/\d\/flag$/),
        code: "prerequisite.cycle",
        message: `prerequisites lead back to where they began: ${cycle}; take one of them out`,
      },
    ]);
  });

  it("allows a chain of 64 flags and refuses one of 65, whatever the order of the flags", () => {
    for (const flags of [chain(64), chain(64).toReversed()]) {
      expect(evaluateFlag(rulesetOf({ flags }), "f0", {}, NOON)).toMatchObject({ variation: "on" });
    }
    for (const flags of [chain(65), chain(65).toReversed()]) {
      expect(issuesOf(compile({ flags }))).toEqual([
        {
          path: "/flags/f0/prerequisites",
          code: "prerequisite.too-deep",
          message:
            'the flag "f0" begins a chain of 65 flags, each a prerequisite of the one before; ' +
            "at most 64 are allowed",
        },
      ]);
    }
  });

  it("reads a chain of 10,000 flags and a circle of 10,000 without running out of stack", () => {
    const flags = (last: object) =>
      Array.from({ length: 10_000 }, (_, i) =>
        flag({ key: `f${i}`, ...(i === 9_999 ? last : needs(`f${i + 1}`)) }),
      );
    expect(issuesOf(compile({ flags: flags({}) }))[0]?.code).toBe("prerequisite.too-deep");
    expect(issuesOf(compile({ flags: flags(needs("f0")) }))[0]?.code).toBe("prerequisite.cycle");
  });

  it("evaluates 64 layers of flags that all need two of the next in no time", () => {
    const flags = Array.from({ length: 64 }, (_, i) => [
      flag({ key: `a${i}`, ...(i === 63 ? {} : both(i + 1)), default: { variation: "on" } }),
      flag({ key: `b${i}`, ...(i === 63 ? {} : both(i + 1)) }),
    ]).flat();
    const answers = evaluateAll(rulesetOf({ flags }), {}, NOON);
    expect(new Set(answers.map((each) => each.kind === "served" && each.variation))).toEqual(
      new Set(["on"]),
    );
  });

  it.each([
    {
      name: "experiments of one layer that share a bucket",
      parts: { experiments: [experiment("a", [[0, 10]]), experiment("b", [[9, 20]])] },
      issue: {
        path: "/experiments/b/layer/ranges",
        message:
          'the experiments "a" and "b" both have the buckets [9, 10); a bucket has one owner',
      },
    },
    {
      name: "a holdout that hashes like the layer of its experiment",
      parts: {
        experiments: [experiment("a", [[0, 10]])],
        holdouts: [{ key: "layer-a", ranges: [[0, 10]], experiments: ["a"] }],
      },
      issue: { path: "/holdouts/layer-a/key", code: "holdout.salt-taken" },
    },
    {
      name: "a rollout that hashes like the layer of its experiment",
      parts: {
        experiments: [experiment("a", [[0, 10]])],
        flags: [flag({ key: "f", ...inExperiment("a", "layer-a") })],
      },
      issue: { path: "/flags/f/rules/0/then/rollout/salt", code: "rollout.salt-taken" },
    },
    {
      name: "a rollout that hashes like a holdout of its experiment",
      parts: {
        holdouts: [{ key: "h", ranges: [[0, 10]], experiments: ["a"] }],
        flags: [flag({ key: "f", ...inExperiment("a", "h") })],
      },
      issue: { path: "/flags/f/rules/0/then/rollout/salt", code: "rollout.salt-taken" },
    },
    {
      name: "two SDK keys with one hash",
      parts: { keys: [key(), key({ id: "key-2" })] },
      issue: { path: "/keys/key-2/hash", code: "key.same-hash" },
    },
  ] as { name: string; parts: object; issue: object }[])("refuses $name", ({ parts, issue }) => {
    expect(issuesOf(compile(parts))).toEqual([expect.objectContaining(issue)]);
  });

  it("allows experiments of different layers the same buckets", () => {
    const experiments = [experiment("a", [[0, 10]]), experiment("b", [[0, 10]], "layer-b")];
    expect(compile({ experiments }).ok).toBe(true);
  });

  it("names at most 50 issues", () => {
    const flags = Array.from({ length: 100 }, (_, i) => flag({ key: `f${i}`, salt: "" }));
    expect(issuesOf(compile({ flags }))).toHaveLength(50);
  });

  it("refuses more documents than an environment may hold, with the figure", () => {
    const keys = Array.from({ length: 201 }, (_, i) =>
      key({ id: `k${i}`, hash: i.toString(16).padStart(64, "0") }),
    );
    expect(issuesOf(compile({ keys }))).toEqual([
      {
        path: "/keys",
        code: "document.limit",
        message: "holds 201 keys; at most 200 are allowed in one environment",
      },
    ]);
  });

  it("shares no value with the snapshot: changing one later changes no answer", () => {
    const value = { sizes: [1, 2], nested: JSON.parse('{"__proto__":{"polluted":true}}') };
    const document = flag({
      type: "object",
      variations: [{ key: "on", value }],
      offVariation: null,
    });
    const answer = evaluateFlag(rulesetOf({ flags: [document] }), "new-nav", {}, NOON);
    const text = JSON.stringify(value);
    value.sizes.push(3);
    expect(answer.kind === "served" && JSON.stringify(answer.value)).toBe(text);
  });

  it("answers with frozen objects, values included, and the same ones each time", () => {
    const document = flag({
      type: "object",
      variations: [{ key: "on", value: { list: [{}] } }],
      offVariation: null,
    });
    const ruleset = rulesetOf({ flags: [document] });
    const answer = evaluateFlag(ruleset, "new-nav", {}, NOON);
    expect(evaluateFlag(ruleset, "new-nav", { targetingKey: "u" }, NOON)).toBe(answer);
    expect(isDeeplyFrozen(answer)).toBe(true);
  });
});

function both(layer: number) {
  return {
    prerequisites: ["a", "b"].map((name) => ({ flag: `${name}${layer}`, variations: ["on"] })),
  };
}

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}
