import { PLATFORM_ACCESS } from "../../../src/core/access/permits.ts";
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { compileRe2 } from "../../../src/adapters/patterns/re2.ts";
import type { Command } from "../../../src/core/authority/command.ts";
import { applyDelta } from "../../../src/core/evaluation/apply-delta.ts";
import { compileRuleset } from "../../../src/core/evaluation/compile-ruleset.ts";
import {
  flag,
  initialize,
  rollout,
  sdkKey,
  segment,
  valueOf,
} from "../../unit/core/authority/builders.ts";
import { aRemoteEnvironment, RemoteEnvironment } from "./an-environment.ts";

describe("an object that was never initialised", () => {
  it("refuses everything and writes nothing", async () => {
    const remote = new RemoteEnvironment();
    const unknown = { ok: false, error: { kind: "unknown-environment" } };
    const page = { limit: 10, cursor: null };
    const { authority } = remote;
    expect(await remote.apply({ kind: "flag.create", document: flag("a") })).toEqual(unknown);
    expect(await authority.changesSince(null)).toEqual({ kind: "unknown-environment" });
    expect(await authority.snapshotAt("newest")).toEqual(unknown);
    expect(await authority.flag("a", null)).toEqual(unknown);
    expect(await authority.flags({ ...page, archived: false })).toEqual(unknown);
    expect(await authority.segment("a", 3)).toEqual(unknown);
    expect(await authority.segments(page)).toEqual(unknown);
    expect(await authority.keys(page)).toEqual(unknown);
    expect(await authority.log({ ...page, document: null })).toEqual(unknown);
    expect(await authority.verifyChain()).toEqual(unknown);
    expect(await authority.status()).toEqual(unknown);
    await runInDurableObject(remote.stub, async (_, { storage }) => {
      expect([...storage.sql.exec("SELECT name FROM sqlite_master")]).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
  });

  it("refuses to become an environment of another name", async () => {
    const remote = new RemoteEnvironment();
    expect(await remote.apply(initialize("someoneelse"))).toEqual({
      ok: false,
      error: { kind: "initialized-differently", field: "environmentId" },
    });
    expect(await remote.sql("SELECT name FROM sqlite_master")).toEqual([]);
  });
});

const rule = { id: "r1", if: { segment: "beta" }, then: rollout(20, 80) };

/** Every command once, in an order in which each is accepted and changes something. */
const EVERY_COMMAND: readonly Command[] = [
  { kind: "segment.create", document: segment("beta", { included: ["u1"] }) },
  { kind: "flag.create", document: flag("a", { rules: [rule] }) },
  { kind: "flag.patch", key: "a", expectedVersion: 1, patch: { default: rollout(50, 50) } },
  { kind: "segment.patch", key: "beta", expectedVersion: 1, patch: { excluded: ["u2"] } },
  { kind: "flag.kill", key: "a", variation: "off" },
  { kind: "flag.unkill", key: "a" },
  {
    kind: "override.add",
    flag: "a",
    id: "o1",
    if: { attribute: "email", operator: "matches", value: "@example\\.com$" },
    variation: "off",
    expiresAtMs: null,
  },
  { kind: "override.expire", flag: "a", id: "o1", atMs: null },
  { kind: "override.remove", flag: "a", id: "o1" },
  { kind: "flag.rollback", key: "a", toRevision: 3 },
  { kind: "flag.archive", key: "a", expectedVersion: "any" },
  { kind: "segment.delete", key: "beta", expectedVersion: 2 },
  { kind: "environment.rollback", toRevision: 5 },
  { kind: "flag.archive", key: "a", expectedVersion: "any" },
  { kind: "flag.restore", key: "a", expectedVersion: "any" },
  { kind: "key.issue", key: sdkKey("k1") },
  {
    kind: "key.rotate",
    id: "k1",
    replacement: { id: "k2", hash: "c".repeat(64), hint: "wxyz" },
    overlapMs: 60_000,
  },
  { kind: "key.revoke", id: "k1" },
];

describe("an environment's object", () => {
  it("does every command, one revision each, and gives back every revision after a crash", async () => {
    const remote = await aRemoteEnvironment();
    const then = [await remote.newest()];
    for (const command of EVERY_COMMAND) {
      const applied = await remote.do(command, { reason: "because" });
      expect(applied).toMatchObject({ changed: true, revision: then.length + 1 });
      then.push(await remote.newest());
    }
    await abortAllDurableObjects();

    expect(await remote.newest()).toEqual(then.at(-1));
    for (const [index, snapshot] of then.entries()) {
      const at = { revision: index + 1 };
      expect(valueOf(await remote.authority.snapshotAt(at))).toEqual(snapshot);
    }
    const { items } = valueOf(
      await remote.authority.log({ limit: 100, cursor: null, document: null }),
    );
    expect(items.map(({ action }) => action).toReversed()).toEqual([
      "environment.initialize",
      ...EVERY_COMMAND.map(({ kind }) => kind),
    ]);
    expect(await remote.verify()).toEqual({
      verified: true,
      entries: then.length,
      headHash: items[0]?.hash,
      fault: null,
    });
    expect(valueOf(await remote.authority.status())).toMatchObject({
      environmentId: remote.id,
      projectId: "p1",
      revision: then.length,
      flags: 1,
      segments: 1,
    });
  });

  it("leads any reader from its revision to the newest, as compiling the newest would", async () => {
    const remote = await aRemoteEnvironment();
    for (const key of ["x", "y", "z"]) {
      await remote.do({ kind: "flag.create", document: flag(key) });
    }
    for (const command of EVERY_COMMAND.slice(0, 9))
      await remote.do(command, { reason: "because" });
    await remote.do({ kind: "flag.archive", key: "x", expectedVersion: 1 });
    const deps = { compilePattern: compileRe2 };
    const newest = await remote.newest();
    const kinds = new Set<string>();
    for (let since = 1; since <= newest.revision; since += 1) {
      const changes = await remote.authority.changesSince(since);
      kinds.add(changes.kind);
      if (changes.kind !== "delta") continue;
      const base = compileRuleset(
        valueOf(await remote.authority.snapshotAt({ revision: since })),
        deps,
      );
      if (!base.ok) expect.unreachable();
      const led = applyDelta(base.value, changes.delta, deps);
      if (!led.ok) expect.unreachable();
      expect(led.value.revision).toBe(newest.revision);
      expect(led.value.flagsByKey.map(({ key, version }) => [key, version])).toEqual(
        newest.flags.map(({ document, version }) => [document.key, version]),
      );
    }
    expect([...kinds].toSorted()).toEqual(["current", "delta", "snapshot"]);
  });

  it("gives each of many simultaneous commands a revision of its own, without a gap", async () => {
    const remote = await aRemoteEnvironment();
    const applied = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        remote.do({ kind: "flag.create", document: flag(`f${index}`) }),
      ),
    );
    const revisions = applied.map(({ revision }) => revision).toSorted((a, b) => a - b);
    expect(revisions).toEqual(Array.from({ length: 40 }, (_, index) => index + 2));
    expect((await remote.verify()).verified).toBe(true);
  });

  it("accepts one of many simultaneous edits of the same version, and names both to the rest", async () => {
    const remote = await aRemoteEnvironment();
    await remote.do({ kind: "flag.create", document: flag("a") });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        remote.apply({
          kind: "flag.patch",
          key: "a",
          expectedVersion: 1,
          patch: { description: `edit ${index}` },
        }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(new Set(refused.map((problem) => JSON.stringify(problem)))).toEqual(
      new Set([
        JSON.stringify({
          kind: "version-conflict",
          documentKind: "flag",
          key: "a",
          expected: 1,
          actual: 2,
        }),
      ]),
    );
  });

  it("does a command once, however often it arrives, also after a crash", async () => {
    const remote = await aRemoteEnvironment();
    const command = { kind: "flag.create", document: flag("a") } as const;
    const first = await remote.do(command, { commandId: "c1" });
    await abortAllDurableObjects();
    const again = await Promise.all([1, 2, 3].map(() => remote.do(command, { commandId: "c1" })));
    for (const answer of again) {
      expect(answer).toEqual({ ...first, changed: false, replayed: true });
    }
    expect((await remote.newest()).revision).toBe(2);
  });

  it("refuses a document that the evaluator would not take, and stays as it was", async () => {
    const remote = await aRemoteEnvironment();
    const rules = [
      { ...rule, if: { attribute: "a", operator: "matches", value: "(?=x)" } as const },
    ];
    expect(
      await remote.apply({ kind: "flag.create", document: flag("a", { rules }) }),
    ).toMatchObject({ ok: false, error: { kind: "invalid-document" } });
    expect((await remote.newest()).revision).toBe(1);
    expect(await remote.sql("SELECT * FROM document_versions WHERE kind = 'flag'")).toEqual([]);
  });

  it("writes nothing of a change that storage breaks off, and works on when storage does", async () => {
    const remote = await aRemoteEnvironment();
    await remote.do({ kind: "flag.create", document: flag("a") });
    const before = await remote.newest();
    await remote.sql(
      "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    const patch = { enabled: false };
    const command = { kind: "flag.patch", key: "a", expectedVersion: 1, patch } as const;
    const failure = await runInDurableObject(remote.stub, (instance) =>
      instance
        .apply({
          command,
          actor: { kind: "system", id: "s", name: "s" },
          permits: PLATFORM_ACCESS,
          reason: null,
          requestId: null,
          commandId: "c1",
        })
        .then(
          () => "no failure",
          (error: unknown) => String(error),
        ),
    );
    expect(failure).toContain("disk full");
    expect(await remote.newest()).toEqual(before);
    await remote.sql("DROP TRIGGER full");
    await abortAllDurableObjects();
    expect(await remote.newest()).toEqual(before);
    expect(await remote.do(command, { commandId: "c1" })).toMatchObject({
      revision: 3,
      changed: true,
      replayed: false,
    });
    expect((await remote.verify()).verified).toBe(true);
  });
});

interface Tampering {
  readonly name: string;
  readonly statements: readonly string[];
  /** The revision that the report must name. */
  readonly revision: number;
}

const columns =
  "at_ms, actor, action, target_kind, target_key, reason, request_id, environment, previous_hash, hash";

// The log below: 1 initialize, 2 create a, 3 create b, 4 patch a, 5 patch b, 6 archive a.
const TAMPERINGS: readonly Tampering[] = [
  {
    name: "an edited reason",
    statements: ["UPDATE log SET reason = 'none' WHERE revision = 4"],
    revision: 4,
  },
  {
    name: "another actor",
    statements: [
      `UPDATE log SET actor = '{"id":"u2","kind":"user","name":"Bo"}' WHERE revision = 3`,
    ],
    revision: 3,
  },
  {
    name: "an actor that is no JSON",
    statements: ["UPDATE log SET actor = 'Bo' WHERE revision = 3"],
    revision: 3,
  },
  {
    name: "another time",
    statements: ["UPDATE log SET at_ms = at_ms + 1 WHERE revision = 5"],
    revision: 5,
  },
  { name: "a deleted entry", statements: ["DELETE FROM log WHERE revision = 4"], revision: 4 },
  {
    name: "a deleted entry with all it made",
    statements: [
      "DELETE FROM log WHERE revision = 4",
      "DELETE FROM log_changes WHERE revision = 4",
      "DELETE FROM document_versions WHERE revision = 4",
    ],
    revision: 4,
  },
  {
    name: "a deleted entry whose gap was closed",
    statements: [
      "DELETE FROM log WHERE revision = 4",
      "DELETE FROM log_changes WHERE revision = 4",
      "UPDATE log SET revision = revision - 1 WHERE revision > 4",
      "UPDATE log_changes SET revision = revision - 1 WHERE revision > 4",
    ],
    revision: 4,
  },
  { name: "a log cut short", statements: ["DELETE FROM log WHERE revision = 6"], revision: 6 },
  {
    name: "an appended entry",
    statements: [`INSERT INTO log SELECT 7, ${columns} FROM log WHERE revision = 6`],
    revision: 7,
  },
  {
    name: "an inserted entry",
    statements: [
      "UPDATE log SET revision = revision + 100 WHERE revision > 3",
      "UPDATE log SET revision = revision - 99 WHERE revision > 100",
      "UPDATE log_changes SET revision = revision + 100 WHERE revision > 3",
      "UPDATE log_changes SET revision = revision - 99 WHERE revision > 100",
      `INSERT INTO log SELECT 4, ${columns} FROM log WHERE revision = 3`,
    ],
    revision: 4,
  },
  {
    name: "two entries that changed places",
    statements: [
      "UPDATE log SET revision = 100 WHERE revision = 4",
      "UPDATE log SET revision = 4 WHERE revision = 5",
      "UPDATE log SET revision = 5 WHERE revision = 100",
    ],
    revision: 4,
  },
  {
    name: "an edited document",
    statements: [
      "UPDATE document_versions SET body = replace(body, 'true', 'false') WHERE revision = 2",
    ],
    revision: 2,
  },
  {
    name: "a document brought back from the archive",
    statements: ["UPDATE document_versions SET archived = 0 WHERE revision = 6"],
    revision: 6,
  },
  {
    name: "a deleted document version",
    statements: ["DELETE FROM document_versions WHERE revision = 5"],
    revision: 5,
  },
  {
    name: "a document version filed under another revision",
    statements: ["UPDATE document_versions SET revision = 3 WHERE revision = 5"],
    revision: 5,
  },
  {
    name: "an edited change",
    statements: ["UPDATE log_changes SET after_hash = before_hash WHERE revision = 4"],
    revision: 4,
  },
  {
    name: "a change more",
    statements: [
      `INSERT INTO log_changes SELECT 5, 1, kind, key, before_version, before_hash, after_version,
        after_hash FROM log_changes WHERE revision = 4`,
    ],
    revision: 5,
  },
  {
    name: "a document version that the log does not know",
    statements: [
      `INSERT INTO document_versions SELECT kind, key, 9, revision, archived, body, hash
        FROM document_versions WHERE revision = 5`,
    ],
    revision: 6,
  },
  {
    name: "an old version that is served as the current one",
    statements: ["UPDATE documents SET version = 1 WHERE key = 'b'"],
    revision: 6,
  },
  {
    name: "a document that is no longer listed",
    statements: ["DELETE FROM documents WHERE key = 'b'"],
    revision: 6,
  },
];

async function aHistory(): Promise<RemoteEnvironment> {
  const remote = await aRemoteEnvironment();
  await remote.do({ kind: "flag.create", document: flag("a") });
  await remote.do({ kind: "flag.create", document: flag("b") });
  const patch = { enabled: false };
  for (const key of ["a", "b"]) {
    const command = { kind: "flag.patch", key, expectedVersion: 1, patch } as const;
    await remote.do(command, { reason: "test" });
  }
  await remote.do({ kind: "flag.archive", key: "a", expectedVersion: 2 });
  return remote;
}

describe("verification", () => {
  it("passes an untouched history", async () => {
    const remote = await aHistory();
    expect(await remote.verify()).toMatchObject({ verified: true, entries: 6, fault: null });
  });

  it("passes a history with reasons of any text, read anew from storage", async () => {
    const remote = await aHistory();
    for (const reason of ["\ud800", "a\u0000b", "\u{10ffff}🚀", "\ufeffx", "e\u0301"]) {
      await remote.do({ kind: "flag.kill", key: "b", variation: "on" }, { reason });
      await remote.do({ kind: "flag.unkill", key: "b" }, { reason });
    }
    await abortAllDurableObjects();
    expect(await remote.verify()).toMatchObject({ verified: true, entries: 16, fault: null });
  });

  it.each(TAMPERINGS)("finds $name, and names revision $revision", async (tampering) => {
    const remote = await aHistory();
    for (const statement of tampering.statements) await remote.sql(statement);
    const report = await remote.verify();
    expect(report).toMatchObject({ verified: false, fault: { revision: tampering.revision } });
  });

  it("finds another salt, when the object has read it", async () => {
    const remote = await aHistory();
    await remote.sql("UPDATE settings SET salt = 'mine'");
    await abortAllDurableObjects();
    expect(await remote.verify()).toMatchObject({ verified: false, fault: { revision: 1 } });
  });

  it("finds an end of the log that was rewritten with all its hashes, while the object lives", async () => {
    const remote = await aHistory();
    await remote.sql("DELETE FROM log WHERE revision = 6");
    await remote.sql("DELETE FROM log_changes WHERE revision = 6");
    await remote.sql("DELETE FROM document_versions WHERE revision = 6");
    await remote.sql("UPDATE documents SET version = 2 WHERE key = 'a'");
    await remote.sql(
      "UPDATE settings SET revision = 5, head_hash = (SELECT hash FROM log WHERE revision = 5)",
    );
    expect(await remote.verify()).toMatchObject({ verified: false, fault: { revision: 6 } });
  });
});

describe("the namespace", () => {
  it("keeps environments apart", async () => {
    const [one, other] = [await aRemoteEnvironment(), await aRemoteEnvironment()];
    await one.do({ kind: "flag.create", document: flag("a") });
    expect((await other.newest()).flags).toEqual([]);
    expect(env.ENVIRONMENTS.idFromName(one.id).equals(env.ENVIRONMENTS.idFromName(other.id))).toBe(
      false,
    );
  });
});
