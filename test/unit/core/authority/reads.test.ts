import { describe, expect, it } from "vitest";
import type { Page } from "../../../../src/core/authority/authority-api.ts";
import { cursorAfter } from "../../../../src/core/authority/page.ts";
import type { AuthorityProblem } from "../../../../src/core/authority/problem.ts";
import type { Result } from "../../../../src/core/result.ts";
import { anEnvironment, NOON } from "./an-authority.ts";
import { newestOf, flag, sdkKey, segment, valueOf } from "./builders.ts";

const newest = { limit: 10, cursor: null, document: null };

function everyPage<T>(
  read: (cursor: string | null) => Result<Page<T>, AuthorityProblem>,
): readonly (readonly T[])[] {
  const pages: (readonly T[])[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = valueOf(read(cursor));
    pages.push(page.items);
    cursor = page.next;
  } while (cursor !== null && pages.length < 100);
  return pages;
}

describe("time travel", () => {
  it("gives every past snapshot by revision and by instant, exactly as it was", () => {
    const env = anEnvironment();
    const then = [newestOf(env.authority)];
    const step = (work: () => unknown) => {
      env.nowMs += 1_000;
      work();
      then.push(newestOf(env.authority));
    };
    step(() => env.do({ kind: "flag.create", document: flag("b") }));
    step(() => env.do({ kind: "segment.create", document: segment("s", { included: ["u"] }) }));
    step(() => env.do({ kind: "flag.create", document: flag("a") }));
    step(() => env.do({ kind: "flag.archive", key: "b", expectedVersion: 1 }));
    step(() => env.do({ kind: "key.issue", key: sdkKey("k1") }));
    step(() => env.do({ kind: "key.revoke", id: "k1" }));
    step(() => env.do({ kind: "flag.restore", key: "b", expectedVersion: 2 }));

    for (const [index, snapshot] of then.entries()) {
      const atMs = NOON + index * 1_000;
      expect(valueOf(env.authority.snapshotAt({ revision: index + 1 }))).toEqual(snapshot);
      expect(valueOf(env.authority.snapshotAt({ atMs }))).toEqual(snapshot);
      expect(valueOf(env.authority.snapshotAt({ atMs: atMs + 999 }))).toEqual(snapshot);
    }
    expect(valueOf(env.authority.snapshotAt("newest"))).toEqual(then.at(-1));
    expect(newestOf(env.restarted())).toEqual(then.at(-1));
  });

  it("shows the empty environment before its first revision, and refuses the future", () => {
    const env = anEnvironment();
    const empty = { revision: 0, acceptedAtMs: 0, flags: [], salt: "env-salt" };
    expect(valueOf(env.authority.snapshotAt({ atMs: NOON - 1 }))).toMatchObject(empty);
    expect(valueOf(env.authority.snapshotAt({ revision: 0 }))).toMatchObject(empty);
    expect(env.authority.snapshotAt({ revision: 2 })).toMatchObject({
      error: { kind: "unknown-revision", asked: 2, newest: 1 },
    });
  });

  it("shows one flag at any revision, archived ones as such", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.nowMs += 10;
    env.do({ kind: "flag.patch", key: "a", expectedVersion: 1, patch: { enabled: false } });
    env.nowMs += 10;
    env.do({ kind: "flag.archive", key: "a", expectedVersion: 2 });
    expect(env.flag("a", 2)).toMatchObject({ version: 1, revision: 2, archivedAtMs: null });
    expect(env.flag("a", 3)).toMatchObject({
      version: 2,
      createdAtMs: NOON,
      updatedAtMs: NOON + 10,
      document: { enabled: false },
    });
    expect(env.flag("a", 4)).toMatchObject({ version: 3, archivedAtMs: NOON + 20 });
    expect(env.authority.flag("a", 1)).toMatchObject({ error: { kind: "absent-at-revision" } });
    expect(env.authority.flag("a", 5)).toMatchObject({ error: { kind: "unknown-revision" } });
    expect(env.authority.flag("ghost", null)).toMatchObject({ error: { kind: "not-found" } });
  });
});

describe("changes since a revision", () => {
  it("are none for a reader that is current", () => {
    const env = anEnvironment();
    expect(env.authority.changesSince(1)).toEqual({ kind: "current", revision: 1 });
  });

  it("are each touched document once, in its newest state", () => {
    const env = anEnvironment();
    for (const key of ["a", "b", "c"]) env.do({ kind: "flag.create", document: flag(key) });
    const since = env.revision;
    env.do({ kind: "flag.patch", key: "a", expectedVersion: 1, patch: { enabled: false } });
    env.do({ kind: "flag.patch", key: "a", expectedVersion: 2, patch: { clientVisible: true } });
    env.do({ kind: "flag.archive", key: "b", expectedVersion: 1 });
    expect(env.authority.changesSince(since)).toEqual({
      kind: "delta",
      claim: expect.objectContaining({ environmentId: "envtest00001", revision: 7 }),
      delta: {
        format: "switchyard.delta/1",
        environmentId: "envtest00001",
        since,
        revision: since + 3,
        acceptedAtMs: NOON,
        changes: [
          {
            kind: "flag",
            key: "a",
            state: { version: 3, document: flag("a", { enabled: false, clientVisible: true }) },
          },
          { kind: "flag", key: "b", state: null },
        ],
      },
    });
  });

  it.each([
    { name: "nothing yet", since: null },
    { name: "a revision that is still to come", since: 99 },
    { name: "no revision", since: -1 },
    { name: "half a revision", since: 1.5 },
    { name: "so little that there is more to send than there is", since: 1 },
  ])("are the whole snapshot for a reader that has $name", ({ since }) => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "flag.create", document: flag("b") });
    env.do({ kind: "flag.archive", key: "b", expectedVersion: 1 });
    expect(env.authority.changesSince(since)).toEqual({
      kind: "snapshot",
      claim: expect.objectContaining({ environmentId: "envtest00001", revision: 4 }),
      snapshot: newestOf(env.authority),
    });
  });
});

describe("lists", () => {
  it("come by key in pages, each item once, live and archived apart", () => {
    const env = anEnvironment();
    for (const key of ["d", "b", "e", "a", "c"]) {
      env.do({ kind: "flag.create", document: flag(key) });
      env.do({ kind: "segment.create", document: segment(key) });
    }
    env.do({ kind: "flag.archive", key: "c", expectedVersion: 1 });
    const keys = (archived: boolean) =>
      everyPage((cursor) => env.authority.flags({ limit: 2, cursor, archived })).map((page) =>
        page.map(({ document }) => document.key),
      );
    expect(keys(false)).toEqual([
      ["a", "b"],
      ["d", "e"],
    ]);
    expect(keys(true)).toEqual([["c"]]);
    const segments = everyPage((cursor) => env.authority.segments({ limit: 4, cursor }));
    expect(segments.map((page) => page.length)).toEqual([4, 1]);
  });

  it("go on after a key that is gone by now", () => {
    const env = anEnvironment();
    for (const key of ["a", "b", "c"]) env.do({ kind: "segment.create", document: segment(key) });
    const first = valueOf(env.authority.segments({ limit: 2, cursor: null }));
    env.do({ kind: "segment.delete", key: "b", expectedVersion: 1 });
    const second = valueOf(env.authority.segments({ limit: 2, cursor: first.next }));
    expect(second.items.map(({ document }) => document.key)).toEqual(["c"]);
  });

  it("take a limit outside 1 … 200 for the nearer end", () => {
    const env = anEnvironment();
    for (let index = 0; index < 201; index += 1) {
      env.do({ kind: "segment.create", document: segment(`s${index}`) });
    }
    const count = (limit: number) =>
      valueOf(env.authority.segments({ limit, cursor: null })).items.length;
    expect([0, 1, 200, 1_000, Number.NaN].map(count)).toEqual([1, 1, 200, 200, 1]);
  });

  it.each(["", "zz", "6", "ff00", "%"])("refuse the cursor %j", (cursor) => {
    const env = anEnvironment();
    const refused = { ok: false, error: { kind: "invalid-cursor", cursor } };
    expect(env.authority.flags({ limit: 1, cursor, archived: false })).toEqual(refused);
    expect(env.authority.log({ limit: 1, cursor, document: null })).toEqual(refused);
  });

  it("refuse the cursor of another list", () => {
    const env = anEnvironment();
    expect(env.authority.log({ ...newest, cursor: cursorAfter("checkout") })).toMatchObject({
      error: { kind: "invalid-cursor" },
    });
  });
});

describe("the log", () => {
  it("shows who did what, when, why, and both documents, newest first", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.nowMs += 7;
    env.do(
      { kind: "flag.kill", key: "a", variation: "off" },
      { reason: " stop ", requestId: "req-1", actor: { kind: "service", id: "s1", name: "CI" } },
    );
    const { items, next } = valueOf(env.authority.log(newest));
    const killed = flag("a", { killed: { variation: "off", reason: "stop" } });
    expect(next).toBeNull();
    expect(items.map(({ revision }) => revision)).toEqual([3, 2, 1]);
    expect(items[0]).toMatchObject({
      revision: 3,
      atMs: NOON + 7,
      actor: { kind: "service", id: "s1", name: "CI" },
      action: "flag.kill",
      target: { kind: "flag", key: "a" },
      reason: "stop",
      requestId: "req-1",
      previousHash: items[1]?.hash,
      changes: [
        {
          kind: "flag",
          key: "a",
          before: { version: 1 },
          after: { version: 2 },
          beforeDocument: flag("a"),
          afterDocument: killed,
        },
      ],
    });
    expect(items[1]?.changes[0]).toMatchObject({ before: null, beforeDocument: null });
  });

  it("comes in pages without gap or repetition, for all or for one document", () => {
    const env = anEnvironment();
    for (let index = 0; index < 4; index += 1) {
      env.do({ kind: "flag.create", document: flag(`f${index}`) });
      env.do({ kind: "flag.archive", key: "f0", expectedVersion: 2 * index + 1 });
      env.do({ kind: "flag.restore", key: "f0", expectedVersion: 2 * index + 2 });
    }
    const revisions = (document: { kind: "flag"; key: string } | null) =>
      everyPage((cursor) => env.authority.log({ limit: 3, cursor, document })).flatMap((page) =>
        page.map(({ revision }) => revision),
      );
    expect(revisions(null)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(revisions({ kind: "flag", key: "f0" })).toEqual([13, 12, 10, 9, 7, 6, 4, 3, 2]);
    expect(revisions({ kind: "flag", key: "ghost" })).toEqual([]);
  });

  it("ends a page early rather than answer with too much, and still shows every entry", () => {
    const env = anEnvironment();
    const long = "x".repeat(500_000);
    for (let index = 0; index < 9; index += 1) {
      env.do({ kind: "segment.create", document: segment(`s${index}`, { included: [long] }) });
    }
    const pages = everyPage((cursor) => env.authority.log({ ...newest, cursor }));
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat().map(({ revision }) => revision)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(pages.flat()[0]?.changes[0]).toHaveProperty("afterDocument");

    env.do({ kind: "environment.rollback", toRevision: 1 });
    const { items } = valueOf(env.authority.log({ ...newest, limit: 1 }));
    expect(items[0]?.changes).toHaveLength(9);
    expect(items[0]?.changes[0]).not.toHaveProperty("afterDocument");
  });
});
