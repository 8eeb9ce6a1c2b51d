import { describe, expect, it } from "vitest";
import { anEnvironment, NOON } from "./an-authority.ts";
import { newestOf, flag, rollout, segment } from "./builders.ts";

const because = { reason: "checkout fails for everyone" };

describe("creating a flag", () => {
  it("makes version 1 of it, and one revision", () => {
    const env = anEnvironment();
    const applied = env.do({ kind: "flag.create", document: flag("checkout") });
    expect(applied).toEqual({
      revision: 2,
      acceptedAtMs: NOON,
      changed: true,
      replayed: false,
      changedDocuments: 1,
      target: {
        kind: "flag",
        key: "checkout",
        stored: {
          version: 1,
          revision: 2,
          document: flag("checkout"),
          createdAtMs: NOON,
          updatedAtMs: NOON,
          archivedAtMs: null,
        },
      },
    });
  });

  it("refuses a key that is taken, and one that is in the archive", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    expect(env.refusal({ kind: "flag.create", document: flag("a") })).toEqual({
      kind: "already-exists",
      documentKind: "flag",
      key: "a",
    });
    env.do({ kind: "flag.archive", key: "a", expectedVersion: 1 });
    expect(env.refusal({ kind: "flag.create", document: flag("a") })).toEqual({
      kind: "archived",
      key: "a",
      archivedAtMs: NOON,
    });
  });

  it("ensures without a change what exists, and says when that is archived", () => {
    const env = anEnvironment();
    const ensure = {
      kind: "flag.create",
      document: flag("a", { enabled: false }),
      ensure: true,
    } as const;
    expect(env.do(ensure).changed).toBe(true);
    env.do({ kind: "flag.patch", key: "a", expectedVersion: 1, patch: { enabled: true } });
    expect(env.do(ensure)).toMatchObject({
      changed: false,
      revision: 3,
      target: { stored: { version: 2, archivedAtMs: null } },
    });
    env.do({ kind: "flag.archive", key: "a", expectedVersion: 2 });
    expect(env.do(ensure)).toMatchObject({
      changed: false,
      target: { stored: { version: 3, archivedAtMs: NOON } },
    });
    expect(env.revision).toBe(4);
  });

  it.each([
    {
      name: "a variation that the flag has not",
      document: flag("a", { default: { variation: "maybe" } }),
      path: "/default/variation",
      word: "maybe",
    },
    {
      name: "a prerequisite that does not exist",
      document: flag("a", { prerequisites: [{ flag: "ghost", variations: ["on"] }] }),
      path: "/prerequisites/0/flag",
      word: "ghost",
    },
    {
      name: "a segment that does not exist",
      document: flag("a", {
        rules: [
          {
            id: "r1",
            if: { segment: "ghosts" },
            then: { variation: "on" },
          },
        ],
      }),
      path: "/rules/0/if/segment",
      word: "ghosts",
    },
  ])(
    "refuses $name, says where in the document, and writes nothing",
    ({ document, path, word }) => {
      const env = anEnvironment();
      const problem = env.refusal({ kind: "flag.create", document });
      expect(problem).toMatchObject({
        kind: "invalid-document",
        issues: [{ path, message: expect.stringContaining(word) }],
      });
      expect(env.revision).toBe(1);
      expect(env.restarted().flag("a", null).ok).toBe(false);
    },
  );

  it("refuses a circle of prerequisites", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({
      kind: "flag.create",
      document: flag("b", { prerequisites: [{ flag: "a", variations: ["on"] }] }),
    });
    const patch = { prerequisites: [{ flag: "b", variations: ["on"] }] };
    expect(env.refusal({ kind: "flag.patch", key: "a", expectedVersion: 1, patch })).toMatchObject({
      kind: "invalid-document",
    });
  });
});

describe("patching a flag", () => {
  it("names both versions when somebody was faster", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    const patch = { kind: "flag.patch", key: "a", patch: { enabled: false } } as const;
    env.do({ ...patch, expectedVersion: 1 });
    expect(env.refusal({ ...patch, expectedVersion: 1 })).toEqual({
      kind: "version-conflict",
      documentKind: "flag",
      key: "a",
      expected: 1,
      actual: 2,
    });
    expect(env.do({ ...patch, expectedVersion: "any", patch: { enabled: true } }).changed).toBe(
      true,
    );
  });

  it("makes no revision when nothing differs", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a", { default: rollout(30, 70) }) });
    const answer = env.do({
      kind: "flag.patch",
      key: "a",
      expectedVersion: 1,
      patch: { enabled: true, default: rollout(30, 70) },
    });
    expect(answer).toMatchObject({ changed: false, revision: 2, changedDocuments: 0 });
    expect(answer.target?.stored.version).toBe(1);
  });

  it("keeps what it does not name, clears a description by null, and never touches the rest", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a", { description: "old" }) });
    const patch: object = {
      description: null,
      clientVisible: true,
      type: "string",
      key: "b",
      salt: "x",
      killed: { variation: "on", reason: "no" },
      overrides: [1],
    };
    env.do({ kind: "flag.patch", key: "a", expectedVersion: 1, patch });
    expect(env.flag("a").document).toEqual(flag("a", { clientVisible: true }));
  });

  it("moves as few buckets as the new weights need", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a", { default: rollout(20, 80) }) });
    env.do({
      kind: "flag.patch",
      key: "a",
      expectedVersion: 1,
      patch: { default: rollout(50, 50) },
    });
    const ranges = (revision: number) => {
      const { default: outcome } = env.flag("a", revision).document;
      const on = "rollout" in outcome ? outcome.rollout.variations[0]?.ranges : undefined;
      return new Set(
        (on ?? []).flatMap(([from, to]) => [...Array(to - from).keys()].map((n) => n + from)),
      );
    };
    const [before, after] = [ranges(2), ranges(3)];
    expect(before.size).toBe(20_000);
    expect(after.size).toBe(50_000);
    expect([...before].every((bucket) => after.has(bucket))).toBe(true);
  });

  it("is refused for an unknown and for an archived flag", () => {
    const env = anEnvironment();
    const patch = { kind: "flag.patch", key: "a", expectedVersion: "any", patch: {} } as const;
    expect(env.refusal(patch)).toEqual({ kind: "not-found", documentKind: "flag", key: "a" });
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "flag.archive", key: "a", expectedVersion: 1 });
    expect(env.refusal(patch)).toEqual({ kind: "archived", key: "a", archivedAtMs: NOON });
  });
});

describe("archiving a flag", () => {
  it("is refused while others need it, and names the places", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("base") });
    env.do({
      kind: "flag.create",
      document: flag("top", { prerequisites: [{ flag: "base", variations: ["on"] }] }),
    });
    const archive = { kind: "flag.archive", key: "base", expectedVersion: 1 } as const;
    expect(env.refusal(archive)).toEqual({
      kind: "in-use",
      documentKind: "flag",
      key: "base",
      usedBy: ["flag top, /prerequisites/0"],
    });
    env.do({ kind: "flag.archive", key: "top", expectedVersion: 1 });
    expect(env.do(archive).changed).toBe(true);
    expect(env.refusal({ kind: "flag.restore", key: "top", expectedVersion: 2 })).toMatchObject({
      kind: "invalid-document",
    });
  });

  it("takes it out of the ruleset and keeps it readable until it is restored", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.nowMs += 5;
    env.do({ kind: "flag.archive", key: "a", expectedVersion: 1 });
    expect(newestOf(env.authority)?.flags).toEqual([]);
    expect(env.flag("a")).toMatchObject({ version: 2, archivedAtMs: NOON + 5, createdAtMs: NOON });
    expect(env.refusal({ kind: "flag.archive", key: "a", expectedVersion: 2 })).toMatchObject({
      kind: "archived",
    });
    env.do({ kind: "flag.restore", key: "a", expectedVersion: 2 });
    expect(env.flag("a")).toMatchObject({ version: 3, archivedAtMs: null });
    expect(env.refusal({ kind: "flag.restore", key: "a", expectedVersion: 3 })).toEqual({
      kind: "not-archived",
      key: "a",
    });
  });
});

const padded = (bytes: number) =>
  flag("a", {
    type: "string",
    variations: [
      { key: "on", value: "x".repeat(bytes) },
      { key: "off", value: "" },
    ],
  });

describe("the kill switch", () => {
  it("needs a reason, and no version", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    const kill = { kind: "flag.kill", key: "a", variation: "off" } as const;
    expect(env.refusal(kill)).toEqual({ kind: "reason-required", command: "flag.kill" });
    expect(env.refusal(kill, { reason: "  " })).toMatchObject({ kind: "reason-required" });
    env.do(kill, because);
    expect(env.flag("a").document.killed).toEqual({ variation: "off", reason: because.reason });
    expect(env.do(kill, because)).toMatchObject({ changed: false, revision: 3 });
    env.do({ kind: "flag.unkill", key: "a" });
    expect(env.flag("a").document.killed).toBeNull();
    expect(env.refusal({ kind: "flag.unkill", key: "a" })).toEqual({
      kind: "not-killed",
      key: "a",
    });
  });

  it("is refused for a variation that the flag has not", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    expect(env.refusal({ kind: "flag.kill", key: "a", variation: "maybe" }, because)).toMatchObject(
      { kind: "invalid-document" },
    );
  });

  it("works on a flag that fills its limit to the last byte", () => {
    const env = anEnvironment();
    const room = 512 * 1024 - JSON.stringify(padded(0)).length;
    env.do({ kind: "flag.create", document: padded(room) });
    const raise = { description: "more" };
    expect(
      env.refusal({ kind: "flag.patch", key: "a", expectedVersion: 1, patch: raise }),
    ).toMatchObject({ kind: "limit-exceeded", what: "documentBytes", limit: 512 * 1024 });
    expect(env.do({ kind: "flag.kill", key: "a", variation: null }, because).changed).toBe(true);
  });
});

describe("rolling back a flag", () => {
  it("writes the earlier document as a new version, bucket ranges included", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a", { default: rollout(10, 90) }) });
    const before = env.flag("a").document;
    for (const weight of [60, 5, 33]) {
      const patch = { default: rollout(weight, 100 - weight) };
      env.do({ kind: "flag.patch", key: "a", expectedVersion: "any", patch });
    }
    const applied = env.do({ kind: "flag.rollback", key: "a", toRevision: 2 });
    expect(applied).toMatchObject({ revision: 6, target: { stored: { version: 5 } } });
    expect(env.flag("a").document).toEqual(before);
    expect(env.do({ kind: "flag.rollback", key: "a", toRevision: 2 }).changed).toBe(false);
  });

  it("leaves the kill switch as it is, thrown or not", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "flag.patch", key: "a", expectedVersion: 1, patch: { enabled: false } });
    env.do({ kind: "flag.kill", key: "a", variation: "off" }, because);
    env.do({ kind: "flag.rollback", key: "a", toRevision: 2 });
    expect(env.flag("a").document).toEqual(
      flag("a", { killed: { variation: "off", reason: because.reason } }),
    );
    env.do({ kind: "flag.unkill", key: "a" });
    env.do({ kind: "flag.rollback", key: "a", toRevision: 4 });
    expect(env.flag("a").document.killed).toBeNull();
  });

  it("brings an archived flag back", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "flag.archive", key: "a", expectedVersion: 1 });
    env.do({ kind: "flag.rollback", key: "a", toRevision: 2 });
    expect(env.flag("a")).toMatchObject({ version: 3, archivedAtMs: null });
  });

  it("is refused where the flag was absent or archived, and for revisions to come", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "flag.archive", key: "a", expectedVersion: 1 });
    const to = (toRevision: number) => env.refusal({ kind: "flag.rollback", key: "a", toRevision });
    expect(to(1)).toEqual({ kind: "absent-at-revision", key: "a", revision: 1 });
    expect(to(3)).toEqual({ kind: "absent-at-revision", key: "a", revision: 3 });
    expect(to(4)).toEqual({ kind: "unknown-revision", asked: 4, newest: 3 });
    expect(to(1.5)).toMatchObject({ kind: "unknown-revision" });
    expect(env.refusal({ kind: "flag.rollback", key: "b", toRevision: 2 })).toMatchObject({
      kind: "not-found",
    });
  });

  it("is refused when it would bring back a reference to what is gone", () => {
    const env = anEnvironment();
    env.do({ kind: "segment.create", document: segment("beta") });
    const rule = {
      id: "r1",
      if: { segment: "beta" },
      then: { variation: "off" },
    };
    env.do({ kind: "flag.create", document: flag("a", { rules: [rule] }) });
    env.do({ kind: "flag.patch", key: "a", expectedVersion: 1, patch: { rules: [] } });
    env.do({ kind: "segment.delete", key: "beta", expectedVersion: 1 });
    expect(env.refusal({ kind: "flag.rollback", key: "a", toRevision: 3 })).toMatchObject({
      kind: "invalid-document",
    });
  });
});

describe("overrides", () => {
  const add = {
    kind: "override.add",
    flag: "a",
    id: "o1",
    if: { attribute: "targetingKey", operator: "eq", value: "u1" },
    variation: "off",
    expiresAtMs: null,
  } as const;

  it("are added with a reason, once", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    expect(env.refusal(add)).toEqual({ kind: "reason-required", command: "override.add" });
    env.do({ ...add, expiresAtMs: NOON + 1_000 }, because);
    expect(env.flag("a").document.overrides).toEqual([
      {
        id: "o1",
        if: add.if,
        then: { variation: "off" },
        expiresAt: NOON + 1_000,
        reason: because.reason,
      },
    ]);
    expect(env.refusal(add, because)).toEqual({
      kind: "already-exists",
      documentKind: "override",
      key: "o1",
    });
  });

  it("end now or at a moment, stay in the document, and do not end twice", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do(add, because);
    const expire = { kind: "override.expire", flag: "a", id: "o1" } as const;
    env.do({ ...expire, atMs: NOON + 9_000 });
    expect(env.flag("a").document.overrides[0]?.expiresAt).toBe(NOON + 9_000);
    env.nowMs += 10;
    env.do({ ...expire, atMs: null });
    expect(env.flag("a").document.overrides[0]?.expiresAt).toBe(NOON + 10);
    env.nowMs += 10;
    expect(env.do({ ...expire, atMs: null }).changed).toBe(false);
    expect(env.refusal({ ...expire, id: "o2", atMs: null })).toEqual({
      kind: "not-found",
      documentKind: "override",
      key: "o2",
    });
  });

  it("go when they are removed", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do(add, because);
    const remove = { kind: "override.remove", flag: "a", id: "o1" } as const;
    env.do(remove);
    expect(env.flag("a").document.overrides).toEqual([]);
    expect(env.refusal(remove)).toMatchObject({ kind: "not-found", documentKind: "override" });
  });
});

describe("limits", () => {
  it.each([
    {
      what: "rulesPerFlag",
      limit: 1_000,
      document: flag("a", {
        rules: Array.from({ length: 1_001 }, (_, index) => ({
          id: `r${index}`,
          if: { and: [] },
          then: { variation: "on" },
        })),
      }),
      actual: 1_001,
    },
    {
      what: "variationsPerFlag",
      limit: 100,
      document: flag("a", {
        type: "integer",
        variations: Array.from({ length: 101 }, (_, value) => ({ key: `v${value}`, value })),
        offVariation: "v0",
        default: { variation: "v0" },
      }),
      actual: 101,
    },
    {
      what: "documentBytes",
      limit: 524_288,
      document: flag("a", { description: "é".repeat(262_144) }),
      actual: JSON.stringify(flag("a", { description: "" })).length + 524_288,
    },
  ])("refuse more than $limit $what", ({ document, what, limit, actual }) => {
    const env = anEnvironment();
    expect(env.refusal({ kind: "flag.create", document })).toEqual({
      kind: "limit-exceeded",
      what,
      limit,
      actual,
    });
  });
});
