import { describe, expect, it } from "vitest";
import {
  formatBreakGlassSecret,
  parseBreakGlassSecret,
} from "../../../../src/core/authority/break-glass-secret.ts";
import { anEnvironment, NOON } from "./an-authority.ts";
import { newestOf, valueOf } from "./builders.ts";

const HERE = "envtest00001";

describe("break-glass keys", () => {
  const key = { id: "k1", name: "safe", publicKey: "ab".repeat(32) };
  const page = { limit: 10, cursor: null };

  it("are listed, revoked ones included, and stay out of what evaluators get", () => {
    const env = anEnvironment();
    const since = env.revision;
    env.do({ kind: "break-glass-key.issue", key });
    env.do({ kind: "break-glass-key.issue", key: { ...key, id: "k2" } });
    env.do({ kind: "break-glass-key.revoke", id: "k2" });
    expect(valueOf(env.authority.breakGlassKeys(page)).items).toMatchObject([
      { document: key, revokedAtMs: null },
      { document: { id: "k2" }, version: 2, revokedAtMs: NOON },
    ]);
    expect(JSON.stringify(newestOf(env.authority))).not.toContain(key.publicKey);
    expect(env.authority.changesSince(since)).toMatchObject({
      kind: "delta",
      delta: { revision: since + 3, changes: [] },
    });
    expect(env.verify()).toMatchObject({ verified: true });
    expect(valueOf(env.restarted().breakGlassKeys(page)).items).toHaveLength(2);
  });

  it("survive a rollback of the environment, revoked or not", () => {
    const env = anEnvironment();
    env.do({ kind: "break-glass-key.issue", key });
    env.do({ kind: "break-glass-key.revoke", id: "k1" });
    env.do({ kind: "environment.rollback", toRevision: 1 });
    expect(valueOf(env.authority.breakGlassKey("k1")).revokedAtMs).toBe(NOON);
  });

  it("are not replaced: an id that is taken keeps its key, revoked or not", () => {
    const env = anEnvironment();
    env.do({ kind: "break-glass-key.issue", key });
    const other = { ...key, publicKey: "cd".repeat(32) };
    expect(env.do({ kind: "break-glass-key.issue", key: other }).changed).toBe(false);
    env.do({ kind: "break-glass-key.revoke", id: "k1" });
    expect(env.do({ kind: "break-glass-key.issue", key: other }).changed).toBe(false);
    expect(valueOf(env.authority.breakGlassKey("k1"))).toMatchObject({
      document: key,
      revokedAtMs: NOON,
    });
  });

  it("do not begin after their end; a repetition finds the key as it was issued", () => {
    const env = anEnvironment();
    const ending = { ...key, expiresAtMs: NOON + 5 };
    const past = { ...key, id: "k2", expiresAtMs: NOON };
    expect(env.refusal({ kind: "break-glass-key.issue", key: past })).toEqual({
      kind: "already-past",
      expiresAtMs: NOON,
      nowMs: NOON,
    });
    env.do({ kind: "break-glass-key.issue", key: ending });
    env.nowMs = NOON + 10;
    expect(env.do({ kind: "break-glass-key.issue", key: ending }).changed).toBe(false);
    expect(valueOf(env.authority.breakGlassKey("k1")).document).toEqual(ending);
  });

  it("are refused when they are none, unknown, changed meanwhile, or too many", () => {
    const env = anEnvironment();
    const unfit = { ...key, publicKey: "ab" };
    expect(env.refusal({ kind: "break-glass-key.issue", key: unfit }).kind).toBe(
      "invalid-document",
    );
    const documentKind = "break-glass-key";
    expect(env.refusal({ kind: "break-glass-key.revoke", id: "k9" })).toEqual({
      kind: "not-found",
      documentKind,
      key: "k9",
    });
    env.do({ kind: "break-glass-key.issue", key });
    const late = { kind: "break-glass-key.revoke", id: "k1", expectedVersion: 7 } as const;
    expect(env.refusal(late)).toMatchObject({ kind: "version-conflict", documentKind, actual: 1 });
    for (let at = 2; at <= 20; at += 1) {
      env.do({ kind: "break-glass-key.issue", key: { ...key, id: `k${at}` } });
    }
    const more = { ...key, id: "k21" };
    expect(env.refusal({ kind: "break-glass-key.issue", key: more })).toMatchObject({
      kind: "limit-exceeded",
      limit: 20,
      actual: 21,
    });
  });
});

describe("a break-glass secret", () => {
  const secret = { environmentId: HERE, keyId: "0123456789abcdef", seed: "5a".repeat(32) };
  const text = formatBreakGlassSecret(secret);

  it("is one word that is read back, white space around it ignored", () => {
    expect(text).toMatch(/^sy_breakglass_\w+$/);
    expect(parseBreakGlassSecret(`${text}\n`)).toEqual({ ok: true, value: secret });
  });

  it("with any one character changed is no secret", () => {
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === "b" ? "c" : "b";
      const wrong = parseBreakGlassSecret(text.slice(0, at) + other + text.slice(at + 1));
      expect(wrong.ok, `at ${at}`).toBe(false);
    }
    expect(parseBreakGlassSecret(text.slice(0, -1))).toEqual({ ok: false, error: "not-a-secret" });
  });
});
