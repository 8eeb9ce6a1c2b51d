import * as fc from "fast-check";
import { expect, it } from "vitest";
import { applyDelta } from "../../../../src/core/evaluation/apply-delta.ts";
import { compileRuleset } from "../../../../src/core/evaluation/compile-ruleset.ts";
import { evaluateAll } from "../../../../src/core/evaluation/evaluate.ts";
import type { Ruleset } from "../../../../src/core/evaluation/ruleset.ts";
import { after, base } from "./base-ruleset.ts";
import { delta, deps, flag, issuesOf, must, NOON, segment, snapshot, versioned } from "./build.ts";

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

it("applyDelta never throws, whatever the delta is", () => {
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
