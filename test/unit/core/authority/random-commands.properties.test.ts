import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import type { Command } from "../../../../src/core/authority/command.ts";
import type { Snapshot } from "../../../../src/core/documents/snapshot.ts";
import { applyDelta } from "../../../../src/core/evaluation/apply-delta.ts";
import { compileRuleset } from "../../../../src/core/evaluation/compile-ruleset.ts";
import { anEnvironment } from "./an-authority.ts";
import { newestOf, flag, rollout, sdkKey, segment, valueOf } from "./builders.ts";

// The same histories each time, so that what they reach can be asserted; other seeds by option.
const SEED = Number(process.env["AUTHORITY_SEED"] ?? 20_261_121);
const RUNS = Number(process.env["AUTHORITY_RUNS"] ?? 40);

// Few names and versions, so that commands meet: on live, archived, killed, needed documents.
const key = fc.constantFrom("a", "b", "c", "d");
const segmentKey = fc.constantFrom("s", "t");
const keyId = fc.constantFrom("k1", "k2", "k3");
const expectedVersion = fc.oneof(fc.constant("any" as const), fc.integer({ min: 1, max: 4 }));
const mayExpect = fc.oneof(
  fc.constant({}),
  expectedVersion.map((version) => ({ expectedVersion: version })),
);
const weight = fc.integer({ min: 0, max: 100 });
const revision = fc.integer({ min: 0, max: 30 });
const condition = fc.oneof(
  segmentKey.map((name) => ({ segment: name })),
  fc.constant({ attribute: "plan", operator: "eq" as const, value: "pro" }),
);
const rules = fc.array(
  fc.record({
    id: fc.constantFrom("r1", "r2"),
    if: condition,
    then: fc.oneof(
      fc.constant({ variation: "off" }),
      weight.map((on) => rollout(on, 100 - on)),
    ),
  }),
  { maxLength: 2 },
);
const prerequisites = fc.array(
  key.map((name) => ({ flag: name, variations: ["on"] })),
  { maxLength: 1 },
);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(key, rules, prerequisites).map(([name, withRules, needs]): Command => ({
      kind: "flag.create",
      document: flag(name, { rules: withRules, prerequisites: needs }),
    })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(key, expectedVersion, rules, weight)
      .map(([name, version, withRules, on]): Command => ({
        kind: "flag.patch",
        key: name,
        expectedVersion: version,
        patch: { rules: withRules, default: rollout(on, 100 - on) },
      })),
  },
  fc
    .tuple(key, expectedVersion, fc.constantFrom("flag.archive", "flag.restore"))
    .map(([name, version, kind]): Command => ({ kind, key: name, expectedVersion: version })),
  fc.tuple(key, mayExpect).map(([name, seen]): Command => ({
    kind: "flag.kill",
    key: name,
    variation: "off",
    ...seen,
  })),
  key.map((name): Command => ({ kind: "flag.unkill", key: name })),
  fc
    .tuple(fc.array(key, { maxLength: 2 }), fc.array(key), fc.constantFrom("on", "off", "no", null))
    .map(([flags, tagged, variation]): Command => ({
      kind: "environment.kill",
      flags,
      tag: null,
      tagged,
      variation,
    })),
  fc
    .tuple(fc.array(key, { maxLength: 2 }), fc.array(key))
    .map(([flags, tagged]): Command => ({ kind: "environment.unkill", flags, tag: null, tagged })),
  keyId.map((id): Command => ({
    kind: "break-glass-key.issue",
    key: { id, name: id, publicKey: sdkKey(id).hash },
  })),
  fc
    .tuple(keyId, mayExpect)
    .map(([id, seen]): Command => ({ kind: "break-glass-key.revoke", id, ...seen })),
  fc.tuple(key, revision).map(([name, toRevision]): Command => ({
    kind: "flag.rollback",
    key: name,
    toRevision,
  })),
  fc.tuple(key, condition).map(([name, when]): Command => ({
    kind: "override.add",
    flag: name,
    id: "o1",
    if: when,
    variation: "off",
    expiresAtMs: null,
  })),
  key.map((name): Command => ({ kind: "override.expire", flag: name, id: "o1", atMs: null })),
  key.map((name): Command => ({ kind: "override.remove", flag: name, id: "o1" })),
  {
    weight: 2,
    arbitrary: segmentKey.map((name): Command => ({
      kind: "segment.create",
      document: segment(name),
    })),
  },
  fc
    .tuple(segmentKey, expectedVersion, fc.array(condition, { maxLength: 1 }))
    .map(([name, version, withRules]): Command => ({
      kind: "segment.patch",
      key: name,
      expectedVersion: version,
      patch: { rules: withRules },
    })),
  fc.tuple(segmentKey, expectedVersion).map(([name, version]): Command => ({
    kind: "segment.delete",
    key: name,
    expectedVersion: version,
  })),
  keyId.map((id): Command => ({ kind: "key.issue", key: sdkKey(id) })),
  fc.tuple(keyId, keyId).map(([id, other]): Command => ({
    kind: "key.rotate",
    id,
    replacement: { id: other, hash: sdkKey(other).hash, hint: "wxyz" },
    overlapMs: 1_000,
  })),
  fc.tuple(keyId, mayExpect).map(([id, seen]): Command => ({ kind: "key.revoke", id, ...seen })),
  fc
    .tuple(revision, fc.oneof(fc.constant("any" as const), revision))
    .map(([toRevision, expectedRevision]): Command => ({
      kind: "environment.rollback",
      toRevision,
      expectedRevision,
    })),
);

it(
  "any sequence of commands keeps revisions, state, history, deltas and chain in agreement",
  { timeout: 20_000 + RUNS * 200 },
  () => {
    const answers = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(command, fc.integer({ min: -50, max: 500 }), fc.boolean()), {
          minLength: 25,
          maxLength: 50,
          size: "max",
        }),
        (steps) => {
          const env = anEnvironment();
          const then: Snapshot[] = [newestOf(env.authority)!];
          for (const name of ["a", "b"]) {
            env.do({ kind: "flag.create", document: flag(name) });
            then.push(newestOf(env.authority)!);
          }
          for (const [next, ms, restart] of steps) {
            env.nowMs += ms;
            const before = env.revision;
            const applied = env.apply(next, { reason: "because" });
            const kind = applied.ok ? String(applied.value.changed) : applied.error.kind;
            answers.set(kind, (answers.get(kind) ?? 0) + 1);
            // Revision + 1 for each change, and none without a change.
            const changed = applied.ok && applied.value.changed;
            expect(env.revision).toBe(before + (changed ? 1 : 0));
            if (changed) then.push(newestOf(env.authority)!);
            if (restart) env.authority = env.restarted();
            // What is in memory is what the store gives back.
            expect(newestOf(env.authority)).toEqual(then.at(-1));
          }
          // Time travel finds every revision as it was, from the versions alone.
          for (const [index, snapshot] of then.entries()) {
            expect(valueOf(env.authority.snapshotAt({ revision: index + 1 }))).toEqual(snapshot);
          }
          // From any revision, the changes since lead to the newest, for the evaluator too.
          const deps = { compilePattern: compileRe2 };
          const newest = compileRuleset(then.at(-1), deps);
          expect(newest.ok).toBe(true);
          for (const [index, snapshot] of then.entries()) {
            const changes = env.authority.changesSince(index + 1);
            if (changes.kind !== "delta") continue;
            const base = compileRuleset(snapshot, deps);
            const led = base.ok && applyDelta(base.value, changes.delta, deps);
            expect(led && led.ok && documentsOf(led.value)).toEqual(
              newest.ok && documentsOf(newest.value),
            );
          }
          expect(env.verify()).toMatchObject({
            verified: true,
            entries: then.length,
            fault: null,
          });
          env.database.close();
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    // The sequences reached what they are meant to reach.
    expect([...answers.keys()]).toEqual(
      expect.arrayContaining([
        "true",
        "false",
        "already-exists",
        "version-conflict",
        "revision-conflict",
        "archived",
        "in-use",
        "invalid-document",
        "absent-at-revision",
        "unknown-flags",
        "variation-known-to-none",
      ]),
    );
  },
);

/** What can be compared of a ruleset: everything but its functions. */
function documentsOf(ruleset: object): unknown {
  return JSON.parse(
    JSON.stringify(ruleset, (_, value: unknown) =>
      value instanceof Map ? [...value].toSorted(byFirst) : value,
    ),
  );
}

function byFirst([a]: readonly [unknown, unknown], [b]: readonly [unknown, unknown]): number {
  return String(a) < String(b) ? -1 : 1;
}
