import { describe, expect, it } from "vitest";
import { anEnvironment, NOON, TestAuthority } from "./an-authority.ts";
import { newestOf, flag, initialize, sdkKey, segment, valueOf } from "./builders.ts";

const DAY = 24 * 60 * 60 * 1_000;

describe("an environment", () => {
  it("refuses everything and holds no tables before it is initialised", () => {
    const env = new TestAuthority();
    expect(env.refusal({ kind: "flag.create", document: flag("a") })).toEqual({
      kind: "unknown-environment",
    });
    expect(env.authority.changesSince(null)).toEqual({ kind: "unknown-environment" });
    expect(env.authority.flag("a", null)).toMatchObject({ ok: false });
    expect(env.authority.pending()).toEqual([]);
    expect(env.database.prepare("SELECT name FROM sqlite_master").all()).toEqual([]);
  });

  it("is made by revision 1, which the log shows, and can be made again the same way", () => {
    const env = anEnvironment();
    expect(env.do(initialize())).toMatchObject({ changed: false, revision: 1 });
    expect(env.refusal({ ...initialize(), salt: "other" } as never)).toEqual({
      kind: "initialized-differently",
      field: "salt",
    });
    const { items } = valueOf(env.authority.log({ limit: 10, cursor: null, document: null }));
    expect(items).toMatchObject([
      {
        revision: 1,
        action: "environment.initialize",
        target: { kind: "environment", key: "envtest00001" },
        environment: { environmentId: "envtest00001", projectId: "p1", salt: "env-salt" },
        changes: [],
      },
    ]);
  });

  it("refuses an id that is none", () => {
    const env = new TestAuthority();
    expect(env.refusal(initialize("No!"))).toMatchObject({ kind: "invalid-document" });
    expect(env.database.prepare("SELECT name FROM sqlite_master").all()).toEqual([]);
  });
});

describe("segments", () => {
  it("are created, patched and deleted, and the key can be used again", () => {
    const env = anEnvironment();
    env.do({ kind: "segment.create", document: segment("beta", { name: "Beta" }) });
    expect(env.refusal({ kind: "segment.create", document: segment("beta") })).toMatchObject({
      kind: "already-exists",
    });
    const patch = { included: ["u1"], name: null, unit: "companyId" };
    env.do({ kind: "segment.patch", key: "beta", expectedVersion: 1, patch });
    expect(valueOf(env.authority.segment("beta", null)).document).toEqual(
      segment("beta", { included: ["u1"], unit: "companyId" }),
    );
    expect(
      env.refusal({ kind: "segment.patch", key: "beta", expectedVersion: 1, patch }),
    ).toMatchObject({ kind: "version-conflict", expected: 1, actual: 2 });
    env.do({ kind: "segment.delete", key: "beta", expectedVersion: 2 });
    expect(env.authority.segment("beta", null)).toMatchObject({ error: { kind: "not-found" } });
    expect(
      env.refusal({ kind: "segment.patch", key: "beta", expectedVersion: "any", patch }),
    ).toMatchObject({ kind: "not-found" });
    expect(env.do({ kind: "segment.create", document: segment("beta") })).toMatchObject({
      target: { stored: { version: 4, archivedAtMs: null } },
    });
    expect(valueOf(env.authority.segment("beta", 3)).version).toBe(2);
    expect(env.authority.segment("beta", 4)).toMatchObject({
      error: { kind: "absent-at-revision", revision: 4 },
    });
  });

  it("are not deleted while something refers to them", () => {
    const env = anEnvironment();
    env.do({ kind: "segment.create", document: segment("inner") });
    env.do({
      kind: "segment.create",
      document: segment("outer", { rules: [{ not: { segment: "inner" } }] }),
    });
    env.do({
      kind: "flag.create",
      document: flag("a", {
        rules: [
          {
            id: "r1",
            if: { or: [{ operator: "in_segment", value: ["inner"] }] },
            then: { variation: "off" },
          },
        ],
      }),
    });
    expect(env.refusal({ kind: "segment.delete", key: "inner", expectedVersion: 1 })).toEqual({
      kind: "in-use",
      documentKind: "segment",
      key: "inner",
      usedBy: ["flag a, /rules/0/if", "segment outer, /rules/0"],
    });
  });

  it("refuse a circle", () => {
    const env = anEnvironment();
    env.do({ kind: "segment.create", document: segment("a") });
    env.do({ kind: "segment.create", document: segment("b", { rules: [{ segment: "a" }] }) });
    const patch = { rules: [{ segment: "b" }] };
    expect(
      env.refusal({ kind: "segment.patch", key: "a", expectedVersion: 1, patch }),
    ).toMatchObject({ kind: "invalid-document" });
  });
});

describe("SDK keys", () => {
  const replacement = { id: "k2", hash: "b".repeat(64), hint: "wxyz" };

  it("are in the ruleset without their names, and listed with them", () => {
    const env = anEnvironment();
    env.do({ kind: "key.issue", key: sdkKey("k1") });
    const { name: _, hint: __, ...served } = sdkKey("k1");
    expect(newestOf(env.authority)?.keys).toEqual([{ version: 1, document: served }]);
    const { items } = valueOf(env.authority.keys({ limit: 10, cursor: null }));
    expect(items).toMatchObject([{ document: sdkKey("k1"), revokedAtMs: null }]);
  });

  it("are refused when the id or the hash is taken, by a revoked key as well", () => {
    const env = anEnvironment();
    env.do({ kind: "key.issue", key: sdkKey("k1") });
    env.do({ kind: "key.revoke", id: "k1" });
    const taken = { kind: "already-exists", documentKind: "key", key: "k1" };
    expect(env.refusal({ kind: "key.issue", key: sdkKey("k1") })).toEqual(taken);
    const sameHash = sdkKey("k9", { hash: sdkKey("k1").hash });
    expect(env.refusal({ kind: "key.issue", key: sameHash })).toEqual(taken);
  });

  it("are rotated with an overlap: the old one ends, the new one is like it", () => {
    const env = anEnvironment();
    const old = sdkKey("k1", { kind: "client", origins: ["https://a.example"] });
    env.do({ kind: "key.issue", key: old });
    const applied = env.do({ kind: "key.rotate", id: "k1", replacement, overlapMs: DAY });
    expect(applied).toMatchObject({ changedDocuments: 2, target: { key: "k2" } });
    expect(newestOf(env.authority)?.keys).toMatchObject([
      { version: 2, document: { id: "k1", expiresAtMs: NOON + DAY } },
      { version: 1, document: { ...replacementServed(), kind: "client", origins: old.origins } },
    ]);
  });

  it("do not live longer by being rotated", () => {
    const env = anEnvironment();
    env.do({ kind: "key.issue", key: sdkKey("k1", { expiresAtMs: NOON + 5 }) });
    env.do({ kind: "key.rotate", id: "k1", replacement, overlapMs: DAY });
    expect(newestOf(env.authority)?.keys[0]?.document.expiresAtMs).toBe(NOON + 5);
  });

  it.each([
    { overlapMs: 30 * DAY + 1, kind: "limit-exceeded" },
    { overlapMs: -1, kind: "invalid-document" },
    { overlapMs: 0.5, kind: "invalid-document" },
    { overlapMs: Number.NaN, kind: "invalid-document" },
  ])("refuse an overlap of $overlapMs ms", ({ overlapMs, kind }) => {
    const env = anEnvironment();
    env.do({ kind: "key.issue", key: sdkKey("k1") });
    expect(env.refusal({ kind: "key.rotate", id: "k1", replacement, overlapMs })).toMatchObject({
      kind,
    });
  });

  it("leave the ruleset when revoked, stay listed, and cannot be rotated", () => {
    const env = anEnvironment();
    env.do({ kind: "key.issue", key: sdkKey("k1") });
    env.do({ kind: "key.revoke", id: "k1" });
    expect(newestOf(env.authority)?.keys).toEqual([]);
    const { items } = valueOf(env.authority.keys({ limit: 10, cursor: null }));
    expect(items).toMatchObject([{ document: { id: "k1" }, revokedAtMs: NOON }]);
    expect(env.do({ kind: "key.revoke", id: "k1" }).changed).toBe(false);
    expect(env.refusal({ kind: "key.rotate", id: "k1", replacement, overlapMs: 0 })).toEqual({
      kind: "key-revoked",
      id: "k1",
    });
    expect(env.refusal({ kind: "key.revoke", id: "k9" })).toMatchObject({ kind: "not-found" });
  });

  it("are at most 200 at a time, revoked ones not counted", () => {
    const env = anEnvironment();
    for (let index = 0; index < 200; index += 1) {
      env.do({ kind: "key.issue", key: sdkKey(`k${index}`) });
    }
    const issue = { kind: "key.issue", key: sdkKey("one-more") } as const;
    expect(env.refusal(issue)).toEqual({
      kind: "limit-exceeded",
      what: "keysPerEnvironment",
      limit: 200,
      actual: 201,
    });
    env.do({ kind: "key.revoke", id: "k7" });
    expect(env.do(issue).changed).toBe(true);
  });

  function replacementServed() {
    const { hint: _, ...served } = replacement;
    return { ...served, expiresAtMs: null };
  }
});

describe("rolling back the environment", () => {
  it("restores flags and segments in one revision, archives what is newer, and keeps keys", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "segment.create", document: segment("s1", { included: ["u1"] }) });
    env.do({ kind: "flag.create", document: flag("gone") });
    const then = newestOf(env.authority);

    env.do({ kind: "flag.patch", key: "a", expectedVersion: 1, patch: { enabled: false } });
    env.do({ kind: "segment.delete", key: "s1", expectedVersion: 1 });
    env.do({ kind: "flag.archive", key: "gone", expectedVersion: 1 });
    env.do({ kind: "flag.create", document: flag("newer") });
    env.do({ kind: "key.issue", key: sdkKey("k1") });
    const applied = env.do({ kind: "environment.rollback", toRevision: 4 }, { reason: "bad day" });

    expect(applied).toMatchObject({ revision: 10, changedDocuments: 4, target: null });
    const now = newestOf(env.authority);
    expect(now?.flags.map(({ document }) => document)).toEqual(
      then?.flags.map(({ document }) => document),
    );
    expect(now?.segments.map(({ document }) => document)).toEqual(
      then?.segments.map(({ document }) => document),
    );
    expect(now?.keys).toHaveLength(1);
    expect(env.flag("newer").archivedAtMs).toBe(NOON);
    expect(env.do({ kind: "environment.rollback", toRevision: 4 }).changed).toBe(false);
  });

  it("leaves kill switches thrown", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "flag.kill", key: "a", variation: null }, { reason: "stop" });
    expect(env.do({ kind: "environment.rollback", toRevision: 2 }).changed).toBe(false);
    expect(env.flag("a").document.killed).toEqual({ variation: null, reason: "stop" });
  });

  it("to revision 0 empties it, and a revision to come is refused", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "environment.rollback", toRevision: 0 });
    expect(newestOf(env.authority)?.flags).toEqual([]);
    expect(env.refusal({ kind: "environment.rollback", toRevision: 99 })).toEqual({
      kind: "unknown-revision",
      asked: 99,
      newest: 3,
    });
  });
});

describe("command ids", () => {
  const create = { kind: "flag.create", document: flag("a") } as const;

  it("answer a repetition as the first time, and do nothing again", () => {
    const env = anEnvironment();
    const first = env.do(create, { commandId: "c1" });
    env.do({ kind: "flag.patch", key: "a", expectedVersion: 1, patch: { enabled: false } });
    const again = env.do(create, { commandId: "c1" });
    expect(again).toEqual({ ...first, changed: false, replayed: true });
    env.authority = env.restarted();
    expect(env.do(create, { commandId: "c1" })).toEqual(again);
    expect(env.revision).toBe(3);
  });

  it("remember an answer that changed nothing: a late retry does not undo later work", () => {
    const env = anEnvironment();
    env.do(create);
    const enable = {
      kind: "flag.patch",
      key: "a",
      expectedVersion: "any",
      patch: { enabled: true },
    } as const;
    expect(env.do(enable, { commandId: "c1" }).changed).toBe(false);
    env.do({ ...enable, patch: { enabled: false } });
    env.do(enable, { commandId: "c1" });
    expect(env.flag("a").document.enabled).toBe(false);
  });

  it("are refused for another command", () => {
    const env = anEnvironment();
    env.do(create, { commandId: "c1" });
    expect(env.refusal({ kind: "flag.create", document: flag("b") }, { commandId: "c1" })).toEqual({
      kind: "command-id-reused",
      commandId: "c1",
    });
  });

  it("do not remember a refusal: the same command may succeed later", () => {
    const env = anEnvironment();
    const needy = flag("top", { prerequisites: [{ flag: "a", variations: ["on"] }] });
    const command = { kind: "flag.create", document: needy } as const;
    env.refusal(command, { commandId: "c1" });
    env.do(create);
    expect(env.do(command, { commandId: "c1" })).toMatchObject({ changed: true, replayed: false });
  });

  it("are forgotten after seven days", () => {
    const env = anEnvironment();
    env.do(create, { commandId: "c1" });
    env.nowMs += 7 * DAY + 1;
    env.do({ kind: "flag.create", document: flag("b") }, { commandId: "c2" });
    expect(env.refusal(create, { commandId: "c1" })).toMatchObject({ kind: "already-exists" });
  });
});

describe("time", () => {
  it("never goes back in the log, whatever the clock does", () => {
    const env = anEnvironment();
    env.nowMs -= 5_000;
    const applied = env.do({ kind: "flag.create", document: flag("a") });
    expect(applied.acceptedAtMs).toBe(NOON);
    expect(env.verify().verified).toBe(true);
  });
});

const patch = (enabled: boolean) =>
  ({ kind: "flag.patch", key: "a", expectedVersion: "any", patch: { enabled } }) as const;

describe("verification", () => {
  it("goes on in steps, and takes in what is changed between them", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    for (let index = 0; index < 450; index += 1) env.do(patch(index % 2 === 1));
    const verification = valueOf(env.authority.verification());
    let steps = 0;
    for (;;) {
      const step = verification.next();
      if (step.done === true) {
        expect(step.value).toMatchObject({ verified: true, entries: env.revision, fault: null });
        break;
      }
      steps += 1;
      env.do(patch(steps % 2 === 1));
    }
    expect(steps).toBeGreaterThan(1);
  });
});

describe("a stored document that the compiler takes no longer", () => {
  it("stands in the way of other changes, and not of the one that repairs it", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "flag.create", document: flag("b") });
    env.database.exec(
      `UPDATE document_versions SET body = replace(body, '"default":{"variation":"on"}',
        '"default":{"variation":"gone"}') WHERE key = 'a'`,
    );
    env.authority = env.restarted();
    expect(env.refusal({ kind: "flag.kill", key: "b", variation: null }, { reason: "x" })).toEqual({
      kind: "invalid-document",
      issues: [expect.objectContaining({ path: expect.stringContaining("/flags/") })],
    });
    const repair = { default: { variation: "on" } };
    env.do({ kind: "flag.patch", key: "a", expectedVersion: 1, patch: repair });
    expect(env.do({ kind: "flag.kill", key: "b", variation: null }, { reason: "x" }).changed).toBe(
      true,
    );
  });
});

describe("a store that fails", () => {
  it("in the middle of a change leaves state, log and outbox as they were", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    const before = newestOf(env.authority);
    env.database.exec(
      "CREATE TRIGGER full BEFORE INSERT ON log_changes BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    const patch = { enabled: false };
    const command = { kind: "flag.patch", key: "a", expectedVersion: 1, patch } as const;
    expect(() => env.apply(command)).toThrow("disk full");
    expect(newestOf(env.authority)).toEqual(before);
    expect(newestOf(env.restarted())).toEqual(before);
    env.database.exec("DROP TRIGGER full");
    expect(env.do(command)).toMatchObject({ revision: 3, target: { stored: { version: 2 } } });
    expect(env.verify()).toMatchObject({ verified: true, entries: 3 });
  });

  it("while it is initialised leaves nothing at all", () => {
    const env = new TestAuthority();
    const prepare = env.sql.exec.bind(env.sql);
    env.sql.exec = (statement, ...parameters) => {
      if (statement.includes("INTO outbox")) throw new Error("disk full");
      return prepare(statement, ...parameters);
    };
    expect(() => env.apply(initialize())).toThrow("disk full");
    expect(env.database.prepare("SELECT name FROM sqlite_master").all()).toEqual([]);
    env.sql.exec = prepare;
    expect(env.do(initialize()).revision).toBe(1);
  });
});
