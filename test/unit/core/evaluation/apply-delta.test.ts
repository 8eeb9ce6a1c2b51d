import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyDelta } from "../../../../src/core/evaluation/apply-delta.ts";
import { compileRuleset } from "../../../../src/core/evaluation/compile-ruleset.ts";
import { evaluateAll, evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import type { Ruleset } from "../../../../src/core/evaluation/ruleset.ts";
import {
  delta,
  deps,
  flag,
  issuesOf,
  must,
  NOON,
  rulesetOf,
  snapshot,
  versioned,
} from "./build.ts";

const segment = (key: string, parts: object = {}) => ({
  key,
  included: [],
  excluded: [],
  rules: [],
  ...parts,
});
const inSegment = (key: string) => ({
  rules: [{ id: "r1", if: { segment: key }, then: { variation: "off" } }],
});
const state = (kind: string, document: { key: string }, version = 2) => ({
  kind,
  key: document.key,
  state: versioned(document, version),
});
const gone = (kind: string, key: string) => ({ kind, key, state: null });
const user = { targetingKey: "user-1" };

function after(ruleset: Ruleset, ...changes: { kind: string; key: string; state: unknown }[]) {
  return applyDelta(ruleset, delta(ruleset.revision, changes), deps);
}

const served = (ruleset: Ruleset, key: string) => {
  const answer = evaluateFlag(ruleset, key, user, NOON);
  return answer.kind === "served" ? answer.variation : answer.kind;
};

describe("applyDelta", () => {
  const base = rulesetOf({
    flags: [
      flag({ key: "plain" }),
      flag({ key: "asks", ...inSegment("beta") }),
      flag({ key: "needs", prerequisites: [{ flag: "plain", variations: ["on"] }] }),
    ],
    segments: [segment("beta", { rules: [{ segment: "inner" }] }), segment("inner")],
    keys: [{ id: "k1", kind: "server", hash: "1".repeat(64), expiresAtMs: null, origins: [] }],
  });

  it("makes a new ruleset of the next revision and leaves the old one as it was", () => {
    const next = must(
      after(base, state("flag", flag({ key: "plain", default: { variation: "off" } }))),
    );
    expect([next.revision, next.acceptedAtMs]).toEqual([2, 1_767_225_600_001]);
    expect([served(base, "plain"), served(next, "plain")]).toEqual(["on", "off"]);
    expect(next.flags.get("plain")?.version).toBe(2);
  });

  it("compiles only what the delta touches", () => {
    const next = must(after(base, state("flag", flag({ key: "plain", enabled: false }))));
    expect(next.flags.get("asks")).toBe(base.flags.get("asks"));
    expect(next.flags.get("needs")).toBe(base.flags.get("needs"));
    expect(next.segments).toBe(base.segments);
  });

  it("lets a flag see that its prerequisite has changed", () => {
    const next = must(
      after(base, state("flag", flag({ key: "plain", default: { variation: "off" } }))),
    );
    expect(evaluateFlag(next, "needs", user, NOON)).toMatchObject({ cause: "prerequisite" });
  });

  it("adds and removes flags at their place in the order", () => {
    const next = must(
      after(
        base,
        state("flag", flag({ key: "middle" })),
        gone("flag", "asks"),
        gone("flag", "never"),
      ),
    );
    expect(next.flagsByKey.map(({ key }) => key)).toEqual(["middle", "needs", "plain"]);
    expect(served(next, "asks")).toBe("not-found");
  });

  it("reaches the flags behind a segment that another segment names", () => {
    const next = must(after(base, state("segment", segment("inner", { included: ["user-1"] }))));
    expect([served(base, "asks"), served(next, "asks")]).toEqual(["on", "off"]);
    expect(next.flags.get("plain")).toBe(base.flags.get("plain"));
  });

  it("gives and takes SDK keys by id", () => {
    const second = { id: "k2", kind: "client", hash: "2".repeat(64), expiresAtMs: 5, origins: [] };
    const next = must(
      after(base, { kind: "key", key: "k2", state: versioned(second) }, gone("key", "k1")),
    );
    expect([...next.keys.keys()]).toEqual(["2".repeat(64)]);
    expect([...base.keys.keys()]).toEqual(["1".repeat(64)]);
  });

  it.each([
    {
      name: "a segment that a flag uses",
      changes: [gone("segment", "beta")],
      paths: ["/flags/asks/rules/0/if/segment"],
    },
    {
      name: "a segment that a segment uses",
      changes: [gone("segment", "inner")],
      paths: ["/segments/beta/rules/0/segment"],
    },
    {
      name: "a flag that is a prerequisite",
      changes: [gone("flag", "plain")],
      paths: ["/flags/needs/prerequisites/0/flag"],
    },
    {
      name: "a variation that a prerequisite asks for",
      changes: [
        state(
          "flag",
          flag({
            key: "plain",
            variations: [{ key: "off", value: false }],
            default: { variation: "off" },
          }),
        ),
      ],
      paths: ["/flags/needs/prerequisites/0/variations/0"],
    },
  ])("refuses to take away $name, and says who refers to it", ({ changes, paths }) => {
    expect(issuesOf(after(base, ...changes)).map(({ path }) => path)).toEqual(paths);
  });

  it("refuses a change that closes a circle of prerequisites", () => {
    const closing = flag({ key: "plain", prerequisites: [{ flag: "needs", variations: ["on"] }] });
    expect(issuesOf(after(base, state("flag", closing)))).toEqual([
      expect.objectContaining({
        code: "prerequisite.cycle",
        message: expect.stringMatching(/plain → needs → plain|needs → plain → needs/),
      }),
    ]);
  });

  it("takes both away when the flag that refers goes with what it refers to", () => {
    expect(after(base, gone("flag", "needs"), gone("flag", "plain")).ok).toBe(true);
    expect(after(base, gone("flag", "asks"), gone("segment", "beta")).ok).toBe(true);
  });

  it.each([
    {
      name: "for another environment",
      input: { ...delta(1, []), environmentId: "zzzzzzzz" },
      code: "delta.other-environment",
    },
    { name: "that begins before the ruleset", input: delta(0, []), code: "delta.other-revision" },
    { name: "that begins after the ruleset", input: delta(2, []), code: "delta.other-revision" },
    { name: "that leads back", input: { ...delta(1, []), revision: 1 }, code: "delta.backwards" },
    {
      name: "of another format",
      input: { ...delta(1, []), format: "switchyard.delta/2" },
      code: "document.wrong-type",
    },
    {
      name: "without changes",
      input: { ...delta(1, []), changes: null },
      code: "document.wrong-type",
    },
    {
      name: "of an unknown kind",
      input: delta(1, [gone("metric", "m")]),
      code: "document.wrong-type",
    },
    {
      name: "with a document of another key",
      input: delta(1, [{ kind: "flag", key: "a", state: versioned(flag()) }]),
      code: "delta.other-key",
    },
    {
      name: "with one document twice",
      input: delta(1, [gone("flag", "a"), gone("flag", "a")]),
      code: "document.duplicate",
    },
    { name: "that is no object", input: "delta", code: "document.wrong-type" },
  ])("refuses a delta $name", ({ input, code }) => {
    expect(issuesOf(applyDelta(base, input, deps)).map((issue) => issue.code)).toEqual([code]);
  });

  it("never throws, whatever the delta is", () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.constantFrom("flag", "segment", "experiment", "holdout", "key"),
        (anything, kind) => {
          applyDelta(base, anything, deps);
          after(base, { kind, key: "a", state: anything });
          after(base, {
            kind,
            key: "a",
            state: { version: 1, document: { key: "a", id: "a", rules: anything } },
          });
        },
      ),
      { numRuns: 2_000, seed: 6 },
    );
  });
});

const KEYS = ["a", "b", "c", "d"] as const;
const someKey = fc.constantFrom(...KEYS);
const condition = fc.oneof(
  someKey.map((key) => ({ segment: `s-${key}` })),
  fc.constant({ attribute: "plan", operator: "eq", value: "pro" }),
  fc.constant({ and: [] }),
);
const rollout = fc.record({
  unit: fc.constant("targetingKey"),
  variations: fc.tuple(fc.nat(60), fc.nat(40)).map(([on, off]) => [
    { key: "on", weight: on },
    { key: "off", weight: off },
  ]),
  salt: fc.constantFrom("salt-1", "layer-a"),
  experiment: someKey.map((key) => `e-${key}`),
});
const outcome = fc.oneof(
  fc.constantFrom({ variation: "on" }, { variation: "off" }),
  rollout.map((each) => ({ rollout: each })),
);
const ranges = fc.tuple(fc.nat(90_000), fc.nat(9_000)).map(([from, n]) => [[from, from + n + 1]]);

/** Documents of which about half fit what is there; states of one kind and key. */
const change = fc.oneof(
  fc.record({
    kind: fc.constant("flag"),
    key: someKey,
    document: fc.option(
      fc
        .record({
          enabled: fc.boolean(),
          prerequisites: fc.uniqueArray(
            fc.record({ flag: someKey, variations: fc.constant(["on"]) }),
            { maxLength: 1, selector: (each) => each.flag },
          ),
          rules: fc
            .array(fc.tuple(condition, outcome), { maxLength: 2 })
            .map((rules) => rules.map(([when, then], i) => ({ id: `r${i}`, if: when, then }))),
        })
        .map((parts) => flag(parts as object)),
      { freq: 4 },
    ),
  }),
  fc.record({
    kind: fc.constant("segment"),
    key: someKey.map((key) => `s-${key}`),
    document: fc.option(
      fc.record({
        included: fc.subarray(["user-1", "user-2", "user-3"]),
        excluded: fc.subarray(["user-1"]),
        rules: fc.array(condition, { maxLength: 1 }),
      }),
      { freq: 6 },
    ),
  }),
  fc.record({
    kind: fc.constant("experiment"),
    key: someKey.map((key) => `e-${key}`),
    document: fc.option(
      fc.record({ layer: fc.record({ key: fc.constantFrom("layer-a", "layer-b"), ranges }) }),
    ),
  }),
  fc.record({
    kind: fc.constant("holdout"),
    key: fc.constantFrom("h-1", "layer-b"),
    document: fc.option(
      fc.record({ ranges, experiments: fc.subarray(KEYS.map((key) => `e-${key}`)) }),
    ),
  }),
);

it("a delta leads to the very ruleset that the next snapshot compiles to, or both are refused", () => {
  const contexts = ["user-1", "user-2", "user-3", undefined].flatMap((targetingKey) =>
    ["pro", "free"].map((plan) => ({ plan, ...(targetingKey && { targetingKey }) })),
  );
  const lists = {
    flag: "flags",
    segment: "segments",
    experiment: "experiments",
    holdout: "holdouts",
  };
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 10, maxLength: 30 }),
      (steps) => {
        let content = snapshot({
          segments: KEYS.slice(0, 3).map((key) => segment(`s-${key}`)),
        }) as ReturnType<typeof snapshot> & Record<string, unknown>;
        let current = must(compileRuleset(content, deps));
        for (const step of steps) {
          const next = { ...content, revision: content.revision + 1 };
          next.acceptedAtMs = delta(content.revision, []).acceptedAtMs;
          const changes = [
            ...new Map(step.map((one) => [`${one.kind} ${one.key}`, one])).values(),
          ].map(({ kind, key, document }) => {
            const name = lists[kind];
            const others = (next as unknown as Record<string, { document: { key: string } }[]>)[
              name
            ]!;
            const kept = others.filter((each) => each.document.key !== key);
            const written = document && versioned({ ...document, key }, next.revision);
            Object.assign(next, { [name]: written ? [...kept, written] : kept });
            return { kind, key, state: written };
          });
          const whole = compileRuleset(next, deps);
          const stepwise = applyDelta(current, delta(content.revision, changes), deps);
          expect([stepwise.ok, issuesOf(stepwise).length > 0]).toEqual([whole.ok, !whole.ok]);
          if (!whole.ok || !stepwise.ok) {
            refused += 1;
            continue;
          }
          accepted += 1;
          expectSame(stepwise.value, whole.value, contexts);
          content = next;
          current = stepwise.value;
        }
      },
    ),
    { numRuns: 250, seed: 8 },
  );
  expect(Math.min(accepted, refused)).toBeGreaterThan(500);
});

function expectSame(a: Ruleset, b: Ruleset, contexts: readonly object[]): void {
  expect([a.revision, a.acceptedAtMs, a.salt]).toEqual([b.revision, b.acceptedAtMs, b.salt]);
  expect(a.flagsByKey.map(({ document, version }) => [document, version])).toEqual(
    b.flagsByKey.map(({ document, version }) => [document, version]),
  );
  for (const { key } of a.flagsByKey) expect(a.flags.get(key)?.key).toBe(key);
  expect([a.flags.size, new Set(a.segments.keys())]).toEqual([
    b.flags.size,
    new Set(b.segments.keys()),
  ]);
  expect(new Map(a.experiments)).toEqual(new Map(b.experiments));
  expect(new Map(a.holdouts)).toEqual(new Map(b.holdouts));
  for (const context of contexts) {
    expect(evaluateAll(a, context as never, NOON)).toEqual(evaluateAll(b, context as never, NOON));
  }
}
