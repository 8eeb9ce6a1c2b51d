import { describe, expect, it } from "vitest";
import type { Command } from "../../../../src/core/authority/command.ts";
import { anEnvironment, NOON, type TestAuthority } from "./an-authority.ts";
import { newestOf, flag, sdkKey, segment, valueOf } from "./builders.ts";

const because = { reason: "because" };
const anyone = { attribute: "plan", operator: "eq", value: "pro" } as const;
const add = { kind: "override.add", flag: "a", if: anyone, variation: "off" } as const;
const replacement = { id: "k2", hash: "b".repeat(64), hint: "wxyz" };

const circle = (...keys: readonly string[]) =>
  `segments refer to each other in a circle: ${keys.join(" → ")}; take one reference out`;

/** Flag `a` at version 2 with an override, key `k1` at version 1, at revision 4. */
function anEditedEnvironment(): TestAuthority {
  const env = anEnvironment();
  env.do({ kind: "flag.create", document: flag("a") });
  env.do({ ...add, id: "o1", expiresAtMs: null }, because);
  env.do({ kind: "key.issue", key: sdkKey("k1") });
  return env;
}

const kill: Command = { kind: "flag.kill", key: "a", variation: "off" };

const COMMANDS: readonly {
  readonly command: Command;
  readonly field?: "expectedRevision";
  /** What is there. */
  readonly actual: number;
  readonly first?: Command;
}[] = [
  { command: kill, actual: 2 },
  { command: { kind: "flag.unkill", key: "a" }, actual: 3, first: kill },
  { command: { kind: "flag.rollback", key: "a", toRevision: 2 }, actual: 2 },
  { command: { kind: "flag.archive", key: "a", expectedVersion: "any" }, actual: 2 },
  { command: { ...add, id: "o2", expiresAtMs: null }, actual: 2 },
  { command: { kind: "override.expire", flag: "a", id: "o1", atMs: null }, actual: 2 },
  { command: { kind: "override.remove", flag: "a", id: "o1" }, actual: 2 },
  { command: { kind: "key.rotate", id: "k1", replacement, overlapMs: 0 }, actual: 1 },
  { command: { kind: "key.revoke", id: "k1" }, actual: 1 },
  {
    command: { kind: "environment.rollback", toRevision: 1 },
    field: "expectedRevision",
    actual: 4,
  },
];

const named = COMMANDS.map((row) => ({ name: row.command.kind, ...row }));

describe("the version that a caller has seen", () => {
  it.each(named)(
    "of $name: another one is refused with both named, and nothing is done",
    ({ command, field = "expectedVersion", actual, first }) => {
      for (const expected of [actual - 1, actual + 1]) {
        const env = anEditedEnvironment();
        if (first !== undefined) env.do(first, because);
        const before = newestOf(env.authority);
        const sent = { ...command, [field]: expected };
        expect(env.refusal(sent, because)).toMatchObject({
          kind: field === "expectedRevision" ? "revision-conflict" : "version-conflict",
          expected,
          actual,
        });
        expect(newestOf(env.authority)).toEqual(before);
      }
    },
  );

  it.each(named)(
    "of $name: the right one is accepted, and so is none, and any",
    ({ command, field = "expectedVersion", actual, first }) => {
      for (const version of [{ [field]: actual }, { [field]: "any" as const }, {}]) {
        const env = anEditedEnvironment();
        if (first !== undefined) env.do(first, because);
        expect(env.do({ ...command, ...version }, because).changed).toBe(true);
      }
    },
  );

  it("does not stand between a rotation and its own repetition", () => {
    const env = anEditedEnvironment();
    const rotate = {
      kind: "key.rotate",
      id: "k1",
      replacement,
      overlapMs: 60_000,
      expectedVersion: 1,
    } as const;
    env.do(rotate);
    const again = { ...rotate, replacement: { ...replacement, hash: "c".repeat(64) } };
    expect(env.refusal(again)).toEqual({
      kind: "already-exists",
      documentKind: "key",
      key: replacement.id,
    });
  });
});

describe("a moment at which something ends by itself", () => {
  it.each([NOON - 1, NOON, 0])("is refused when it is not in the future: %i", (expiresAtMs) => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    const refused = { kind: "already-past", expiresAtMs, nowMs: NOON };
    expect(env.refusal({ ...add, id: "o1", expiresAtMs }, because)).toEqual(refused);
    expect(env.refusal({ kind: "key.issue", key: sdkKey("k1", { expiresAtMs }) })).toEqual(refused);
    expect(env.revision).toBe(2);
  });

  it("is accepted from the next millisecond on, and an override can be ended in the past", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "key.issue", key: sdkKey("k1", { expiresAtMs: NOON + 1 }) });
    env.do({ ...add, id: "o1", expiresAtMs: NOON + 1 }, because);
    env.do({ kind: "override.expire", flag: "a", id: "o1", atMs: 5 });
    expect(env.flag("a").document.overrides[0]?.expiresAt).toBe(5);
  });
});

const needs = (key: string) => ({ prerequisites: [{ flag: key, variations: ["on"] }] });

describe("a circle", () => {
  it.each([
    { sent: "a", other: "b" },
    { sent: "b", other: "a" },
  ])("of flags is shown in the one that was sent: $sent", ({ sent, other }) => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag(sent) });
    env.do({ kind: "flag.create", document: flag("between", needs(sent)) });
    env.do({ kind: "flag.create", document: flag(other, needs("between")) });
    const patch = needs(other);
    expect(env.refusal({ kind: "flag.patch", key: sent, expectedVersion: 1, patch })).toMatchObject(
      {
        kind: "invalid-document",
        issues: [{ path: "/prerequisites/0/flag", code: "prerequisite.cycle" }],
      },
    );
  });

  it.each([
    { sent: "a", other: "b" },
    { sent: "b", other: "a" },
  ])("of segments is shown in the one that was sent: $sent", ({ sent, other }) => {
    const env = anEnvironment();
    env.do({ kind: "segment.create", document: segment(sent) });
    env.do({ kind: "segment.create", document: segment("m", { rules: [{ segment: sent }] }) });
    env.do({ kind: "segment.create", document: segment(other, { rules: [{ segment: "m" }] }) });
    const rules = [{ not: { segment: other } }, { segment: "m" }, { segment: sent }];
    const patch = { rules };
    expect(env.refusal({ kind: "segment.patch", key: sent, expectedVersion: 1, patch })).toEqual({
      kind: "invalid-document",
      issues: [
        {
          path: "/rules/0/not/segment",
          code: "segment.cycle",
          message: circle(sent, other, "m", sent),
        },
        { path: "/rules/1/segment", code: "segment.cycle", message: circle(sent, "m", sent) },
        { path: "/rules/2/segment", code: "segment.cycle", message: circle(sent, sent) },
      ],
    });
  });
});

describe("a key", () => {
  it("is read by its id, revoked ones included, and others are not found", () => {
    const env = anEditedEnvironment();
    expect(valueOf(env.authority.key("k1"))).toMatchObject({
      version: 1,
      document: sdkKey("k1"),
      revokedAtMs: null,
    });
    env.do({ kind: "key.revoke", id: "k1" });
    expect(valueOf(env.authority.key("k1"))).toMatchObject({ version: 2, revokedAtMs: NOON });
    expect(env.authority.key("k9")).toEqual({
      ok: false,
      error: { kind: "not-found", documentKind: "key", key: "k9" },
    });
  });

  it("is in the log without its hash, before and after, and the log still verifies", () => {
    const env = anEditedEnvironment();
    env.do({ kind: "key.rotate", id: "k1", replacement, overlapMs: 60_000 });
    env.do({ kind: "key.revoke", id: "k2" });
    const page = { limit: 100, cursor: null, document: null };
    const { items } = valueOf(env.authority.log(page));
    expect(items[0]?.changes).toMatchObject([
      { kind: "key", beforeDocument: { id: "k2", hint: "wxyz" }, afterDocument: { id: "k2" } },
    ]);
    const text = JSON.stringify(items);
    expect(text).not.toContain(sdkKey("k1").hash);
    expect(text).not.toContain(replacement.hash);
    expect(env.verify()).toMatchObject({ verified: true, fault: null });
  });
});
