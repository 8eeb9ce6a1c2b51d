import { describe, expect, it } from "vitest";
import type { EnvironmentKill } from "../../../../src/core/authority/command.ts";
import type { FlagOutcome } from "../../../../src/core/authority/authority-api.ts";
import { LIMITS } from "../../../../src/core/documents/limits.ts";
import { anEnvironment, type TestAuthority } from "./an-authority.ts";
import { newestOf, flag, valueOf } from "./builders.ts";

const WHY = { reason: "payments fail" };

/** Three flags of different shapes, and one in the archive. */
function aShop(): TestAuthority {
  const env = anEnvironment();
  const plans = ["basic", "pro"].map((key) => ({ key, value: key }));
  const theme = { type: "string", variations: plans, offVariation: "basic" } as const;
  env.do({ kind: "flag.create", document: flag("checkout") });
  env.do({ kind: "flag.create", document: flag("nav", { offVariation: null }) });
  env.do({
    kind: "flag.create",
    document: flag("theme", { ...theme, default: { variation: "pro" } }),
  });
  env.do({ kind: "flag.create", document: flag("old") });
  env.do({ kind: "flag.archive", key: "old", expectedVersion: "any" });
  return env;
}

function kill(
  flags: readonly string[],
  changes: Partial<EnvironmentKill> & { readonly tagged?: readonly string[] } = {},
): EnvironmentKill {
  return { kind: "environment.kill", flags, tag: null, tagged: [], ...changes };
}

const unkill = (flags: readonly string[]) =>
  ({ kind: "environment.unkill", flags, tag: null, tagged: [] }) as const;

const outcome = (
  key: string,
  what: FlagOutcome["outcome"],
  variation: string | null = null,
  fellBack = false,
): FlagOutcome => ({ key, outcome: what, variation, fellBack });

describe("a kill of many flags", () => {
  it("kills them in one revision and one log entry, each to its off variation", () => {
    const env = aShop();
    const before = env.revision;
    const applied = env.do(kill(["checkout", "nav", "theme"]), WHY);
    expect(applied).toMatchObject({ revision: before + 1, changed: true, changedDocuments: 3 });
    expect(applied.flags).toEqual([
      outcome("checkout", "killed", "off"),
      outcome("nav", "killed", null),
      outcome("theme", "killed", "basic"),
    ]);
    expect(env.flag("theme").document.killed).toEqual({ variation: "basic", ...WHY });
    const { items } = valueOf(env.authority.log({ limit: 1, cursor: null, document: null }));
    expect(items).toMatchObject([
      {
        revision: before + 1,
        action: "environment.kill",
        actor: { name: "Ann" },
        ...WHY,
        target: { kind: "environment" },
        changes: [{ key: "checkout" }, { key: "nav" }, { key: "theme" }],
      },
    ]);
    expect(env.verify()).toMatchObject({ verified: true });
  });

  it("does nothing at all when one of the named flags is unknown, and names all of those", () => {
    const env = aShop();
    const before = env.revision;
    expect(env.refusal(kill(["checkout", "chekout", "nv", "chekout"]), WHY)).toEqual({
      kind: "unknown-flags",
      keys: ["chekout", "nv"],
    });
    expect(env.revision).toBe(before);
    expect(env.flag("checkout").document.killed).toBeNull();
  });

  it("passes over flags that only carry the tag and are not in the environment", () => {
    const env = aShop();
    const tag = { name: "team", value: "payments" };
    const applied = env.do(kill([], { tag, tagged: ["checkout", "elsewhere"] }), WHY);
    expect(applied.flags).toEqual([
      outcome("checkout", "killed", "off"),
      outcome("elsewhere", "not-in-environment"),
    ]);
  });

  it("names a flag once that is selected by key and by tag", () => {
    const env = aShop();
    const applied = env.do(kill(["nav", "checkout", "nav"], { tagged: ["checkout"] }), WHY);
    expect(applied.flags?.map(({ key }) => key)).toEqual(["nav", "checkout"]);
    expect(applied.changedDocuments).toBe(2);
  });

  it("leaves archived flags alone", () => {
    const env = aShop();
    expect(env.do(kill(["old", "checkout"]), WHY).flags?.[0]).toEqual(outcome("old", "archived"));
    expect(env.flag("old").document.killed).toBeNull();
  });

  it("leaves what somebody has killed already to what they chose", () => {
    const env = aShop();
    env.do({ kind: "flag.kill", key: "checkout", variation: "on" }, { reason: "first" });
    const applied = env.do(kill(["checkout", "nav"]), WHY);
    expect(applied.flags?.[0]).toEqual(outcome("checkout", "already-killed", "on"));
    expect(env.flag("checkout").document.killed).toEqual({ variation: "on", reason: "first" });
  });

  it("moves a killed flag when another variation is named", () => {
    const env = aShop();
    env.do({ kind: "flag.kill", key: "checkout", variation: "on" }, { reason: "first" });
    expect(env.do(kill(["checkout"], { variation: "off" }), WHY).flags).toEqual([
      outcome("checkout", "killed", "off"),
    ]);
    const applied = env.do(kill(["checkout"], { variation: null }), WHY);
    expect(applied.flags).toEqual([outcome("checkout", "killed", null)]);
  });

  it("makes no revision when nothing is left to kill", () => {
    const env = aShop();
    const { revision } = env.do(kill(["checkout"]), WHY);
    expect(env.do(kill(["checkout", "old"]), { reason: "again" })).toMatchObject({
      revision,
      changed: false,
      changedDocuments: 0,
      flags: [outcome("checkout", "already-killed", "off"), outcome("old", "archived")],
    });
  });

  it("stops a flag that lacks the named variation with its off variation, and says so", () => {
    const env = aShop();
    const applied = env.do(kill(["theme", "nav", "checkout"], { variation: "basic" }), WHY);
    expect(applied.flags).toEqual([
      outcome("theme", "killed", "basic"),
      outcome("nav", "killed", null, true),
      outcome("checkout", "killed", "off", true),
    ]);
  });

  it("refuses a variation that none of the flags has, and lists those there are", () => {
    const env = aShop();
    expect(env.refusal(kill(["theme", "checkout"], { variation: "of" }), WHY)).toEqual({
      kind: "variation-known-to-none",
      variation: "of",
      known: ["basic", "off", "on", "pro"],
    });
  });

  it("wants a reason", () => {
    const env = aShop();
    expect(env.refusal(kill(["checkout"]), { reason: "  " })).toEqual({
      kind: "reason-required",
      command: "environment.kill",
    });
  });

  it("is refused at another revision than the caller has seen, if the caller says so", () => {
    const env = aShop();
    const actual = env.revision;
    expect(env.refusal(kill(["nav"], { expectedRevision: 1 }), WHY)).toEqual({
      kind: "revision-conflict",
      expected: 1,
      actual,
    });
    env.do(kill(["nav"], { expectedRevision: actual }), WHY);
  });

  it("does not fail for want of room", () => {
    const env = anEnvironment();
    const values = ["x".repeat(LIMITS.documentBytes - 600), "y"];
    const variations = values.map((value, at) => ({ key: String(at), value }));
    const full = flag("full", {
      type: "string",
      variations,
      offVariation: "1",
      default: { variation: "0" },
    });
    env.do({ kind: "flag.create", document: full });
    const patch = { description: "r".repeat(1_000) };
    expect(
      env.refusal({ kind: "flag.patch", key: "full", expectedVersion: 1, patch }),
    ).toMatchObject({ kind: "limit-exceeded" });
    expect(env.do(kill(["full"]), { reason: patch.description }).changed).toBe(true);
  });
});

describe("a dry run", () => {
  it("says what would be done, and changes nothing", () => {
    const env = aShop();
    const before = newestOf(env.authority);
    const command = kill(["checkout", "theme", "old"], { variation: "off" });
    const would = env.do(command, { ...WHY, dryRun: true, commandId: "c1" });
    expect(would).toMatchObject({ revision: env.revision, changed: false, changedDocuments: 2 });
    expect(newestOf(env.authority)).toEqual(before);
    expect(newestOf(env.restarted())).toEqual(before);
    const did = env.do(command, { ...WHY, commandId: "c1" });
    expect(did).toMatchObject({ changed: true, replayed: false });
    expect(did.flags).toEqual(would.flags);
  });

  it("refuses what would be refused", () => {
    const env = aShop();
    expect(env.refusal(kill(["nope"]), { ...WHY, dryRun: true }).kind).toBe("unknown-flags");
  });

  it("of what changes nothing is not remembered either", () => {
    const env = aShop();
    env.do(kill(["old"]), { ...WHY, dryRun: true, commandId: "c2" });
    expect(env.do(kill(["checkout"]), { ...WHY, commandId: "c2" }).changed).toBe(true);
  });
});

describe("a repeated kill", () => {
  it("gets the answer of the first run, also when the flags have moved on since", () => {
    const env = aShop();
    const command = kill(["theme", "old"], { tagged: ["checkout", "none"], variation: "basic" });
    const first = env.do(command, { ...WHY, commandId: "c1" });
    env.do(unkill(["theme"]));
    env.do({ kind: "flag.restore", key: "old", expectedVersion: "any" });
    const again = env.do(command, { ...WHY, commandId: "c1" });
    expect(again).toEqual({ ...first, changed: false, replayed: true });
    expect(env.flag("theme").document.killed).toBeNull();
  });

  it("is the same command when the catalogue has tagged another flag meanwhile", () => {
    const env = aShop();
    const tag = { name: "team", value: null };
    env.do(kill([], { tag, tagged: ["checkout"] }), { ...WHY, commandId: "c1" });
    const again = kill([], { tag, tagged: ["checkout", "nav"] });
    const answer = env.do(again, { ...WHY, commandId: "c1" });
    expect(answer).toMatchObject({ replayed: true, changedDocuments: 1 });
    expect(env.flag("nav").document.killed).toBeNull();
    const other = kill([], { tag: { ...tag, value: "x" }, tagged: ["checkout"] });
    expect(env.refusal(other, { ...WHY, commandId: "c1" }).kind).toBe("command-id-reused");
  });
});

describe("an unkill of many flags", () => {
  it("takes back what is killed, in one revision, and leaves the rest alone", () => {
    const env = aShop();
    env.do(kill(["checkout", "theme"]), WHY);
    const before = env.revision;
    const applied = env.do(unkill(["checkout", "nav", "theme", "old"]));
    expect(applied).toMatchObject({ revision: before + 1, changedDocuments: 2 });
    expect(applied.flags).toEqual([
      outcome("checkout", "unkilled"),
      outcome("nav", "not-killed"),
      outcome("theme", "unkilled"),
      outcome("old", "archived"),
    ]);
    expect(env.flag("checkout").document.killed).toBeNull();
  });

  it("is refused when a named flag is unknown, or the revision is another one", () => {
    const env = aShop();
    expect(env.refusal(unkill(["nope"])).kind).toBe("unknown-flags");
    const late = { ...unkill(["nav"]), expectedRevision: 1 };
    expect(env.refusal(late).kind).toBe("revision-conflict");
  });
});

it("publishes a kill at once in the middle of an outage's wait, and an edit not", () => {
  const env = aShop();
  const row = () => env.authority.pending()[0];
  env.sql.exec("UPDATE outbox SET attempts = 6, not_before_ms = ?", env.nowMs + 60_000);
  env.do({ kind: "flag.create", document: flag("more") });
  expect(row()).toMatchObject({ attempts: 6, notBeforeMs: env.nowMs + 60_000 });
  env.do(kill(["checkout"]), WHY);
  expect(row()).toMatchObject({ attempts: 0, notBeforeMs: env.nowMs + 1_000 });
  env.sql.exec("UPDATE outbox SET attempts = 6, not_before_ms = ?", env.nowMs + 60_000);
  env.do({ kind: "flag.kill", key: "nav", variation: null }, WHY);
  expect(row()).toMatchObject({ attempts: 0, notBeforeMs: env.nowMs + 1_000 });
});
