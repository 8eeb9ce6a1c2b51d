import { describe, expect, it } from "vitest";
import { verifyEd25519 } from "../../../../src/adapters/crypto/ed25519.ts";
import type {
  BreakGlassAnswer,
  SealedCommand,
} from "../../../../src/core/authority/break-glass.ts";
import { readBreakGlassCommand } from "../../../../src/core/authority/break-glass-command.ts";
import { aCommand, newBreakGlassKey, sealed, type TestBreakGlassKey } from "./a-break-glass.ts";
import { anEnvironment, NOON, type TestAuthority } from "./an-authority.ts";
import { flag, valueOf } from "./builders.ts";

const HERE = "envtest00001";
const MINUTE = 60_000;

interface Scene {
  readonly env: TestAuthority;
  readonly key: TestBreakGlassKey;
}

async function aScene(): Promise<Scene> {
  const env = anEnvironment();
  env.do({ kind: "flag.create", document: flag("checkout") });
  env.do({ kind: "flag.create", document: flag("nav") });
  const key = await newBreakGlassKey();
  const { id, publicKey } = key;
  env.do({ kind: "break-glass-key.issue", key: { id, name: "safe", publicKey } });
  return { env, key };
}

/** As the shell does it. */
async function arrive({ env }: Scene, command: SealedCommand): Promise<BreakGlassAnswer> {
  const opened = env.authority.openBreakGlass(command, env.nowMs);
  if (!opened.ok) return opened;
  const isSigned = await verifyEd25519(opened.value.check);
  return env.authority.applyBreakGlass(command, { isSigned, requestId: "r1" }, env.nowMs);
}

async function refusalOf(scene: Scene, command: SealedCommand) {
  const before = scene.env.revision;
  const answer = await arrive(scene, command);
  expect(scene.env.revision).toBe(before);
  return answer.ok ? expect.unreachable("it was accepted") : answer.error;
}

describe("a break-glass command", () => {
  it("kills, and the log says who did it with which key, and why", async () => {
    const scene = await aScene();
    const { env, key } = scene;
    const command = await sealed(key, aCommand(key, HERE, NOON, { flags: ["checkout", "nav"] }));
    const answer = await arrive(scene, command);
    expect(answer).toMatchObject({
      ok: true,
      value: {
        changed: true,
        changedDocuments: 2,
        flags: [
          { key: "checkout", outcome: "killed", variation: "off" },
          { key: "nav", outcome: "killed", variation: "off" },
        ],
      },
    });
    const { items } = valueOf(env.authority.log({ limit: 1, cursor: null, document: null }));
    expect(items).toMatchObject([
      {
        action: "environment.kill",
        reason: "payments fail",
        requestId: "r1",
        actor: {
          kind: "service",
          id: `break-glass-key:${key.id}`,
          name: 'Grace, with the break-glass key "safe"',
        },
      },
    ]);
    expect(env.verify()).toMatchObject({ verified: true });
  });

  it("is done once: a repetition is refused, after a restart as well, and names the first", async () => {
    const scene = await aScene();
    const command = await sealed(scene.key, aCommand(scene.key, HERE, NOON));
    await arrive(scene, command);
    scene.env.do({
      kind: "environment.unkill",
      flags: ["checkout"],
      tag: null,
      tagged: [],
    });
    for (const restart of [false, true]) {
      if (restart) scene.env.authority = scene.env.restarted();
      expect(await refusalOf(scene, command)).toEqual({
        kind: "break-glass-replayed",
        revision: 5,
        acceptedAtMs: NOON,
      });
    }
    expect(scene.env.flag("checkout").document.killed).toBeNull();
  });

  it("is done once also when two copies are checked at the same time", async () => {
    const scene = await aScene();
    const command = await sealed(scene.key, aCommand(scene.key, HERE, NOON));
    const answers = await Promise.all([arrive(scene, command), arrive(scene, command)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it("is spent also when it had nothing to kill", async () => {
    const scene = await aScene();
    const command = await sealed(scene.key, aCommand(scene.key, HERE, NOON));
    scene.env.do({ kind: "flag.kill", key: "checkout", variation: "off" }, { reason: "before" });
    expect(await arrive(scene, command)).toMatchObject({ ok: true, value: { changed: false } });
    expect(await refusalOf(scene, command)).toMatchObject({ kind: "break-glass-replayed" });
  });

  it("holds from its first moment until just before its last", async () => {
    const scene = await aScene();
    const times = { notBeforeMs: NOON, expiresAtMs: NOON + 15 * MINUTE };
    const arriving = async (nowMs: number) => {
      scene.env.nowMs = nowMs;
      return arrive(scene, await sealed(scene.key, aCommand(scene.key, HERE, NOON, times)));
    };
    expect(await arriving(NOON - 1)).toMatchObject({
      error: { kind: "break-glass-early", notBeforeMs: NOON, nowMs: NOON - 1 },
    });
    expect((await arriving(NOON)).ok).toBe(true);
    expect((await arriving(NOON + 15 * MINUTE - 1)).ok).toBe(true);
    expect(await arriving(NOON + 15 * MINUTE)).toMatchObject({
      error: { kind: "break-glass-expired", expiresAtMs: NOON + 15 * MINUTE },
    });
  });

  it.each([
    { times: { notBeforeMs: NOON, expiresAtMs: NOON + 15 * MINUTE + 1 }, kind: "too-long" },
    { times: { notBeforeMs: 0, expiresAtMs: NOON + MINUTE }, kind: "too-long" },
    { times: { notBeforeMs: NOON, expiresAtMs: NOON }, kind: "expired" },
    { times: { notBeforeMs: NOON, expiresAtMs: NOON - MINUTE }, kind: "expired" },
  ])("with the times $times is refused: $kind", async ({ times, kind }) => {
    const scene = await aScene();
    const command = await sealed(scene.key, aCommand(scene.key, HERE, NOON, times));
    expect((await refusalOf(scene, command)).kind).toBe(`break-glass-${kind}`);
  });

  it("for another environment is refused, also when signed with a good key", async () => {
    const scene = await aScene();
    const command = await sealed(scene.key, aCommand(scene.key, "otherenv0001", NOON));
    expect(await refusalOf(scene, command)).toEqual({
      kind: "break-glass-elsewhere",
      asked: "otherenv0001",
      here: HERE,
    });
  });

  it("of a key that was never issued, or is revoked, or lies about its id, is refused", async () => {
    const scene = await aScene();
    const { env, key } = scene;
    const stranger = await newBreakGlassKey();
    expect(await refusalOf(scene, await sealed(stranger, aCommand(stranger, HERE, NOON)))).toEqual({
      kind: "break-glass-key-unknown",
      keyId: stranger.id,
    });
    const posing = await sealed(stranger, aCommand(key, HERE, NOON));
    expect(await refusalOf(scene, posing)).toEqual({ kind: "break-glass-forged", keyId: key.id });
    env.do({ kind: "break-glass-key.revoke", id: key.id });
    expect(await refusalOf(scene, await sealed(key, aCommand(key, HERE, NOON)))).toEqual({
      kind: "break-glass-key-revoked",
      keyId: key.id,
      atMs: NOON,
    });
  });

  it("of a key with an end is done until just before it, and refused from then on", async () => {
    const scene = await aScene();
    const { env } = scene;
    const key = await newBreakGlassKey();
    const expiresAtMs = NOON + 60 * MINUTE;
    const { id, publicKey } = key;
    env.do({ kind: "break-glass-key.issue", key: { id, name: "safe", publicKey, expiresAtMs } });
    const arriving = async (nowMs: number) => {
      env.nowMs = nowMs;
      return arrive(scene, await sealed(key, aCommand(key, HERE, nowMs)));
    };
    expect((await arriving(expiresAtMs - 1)).ok).toBe(true);
    expect(await arriving(expiresAtMs)).toEqual({
      ok: false,
      error: { kind: "break-glass-key-expired", keyId: id, expiresAtMs, nowMs: expiresAtMs },
    });
    // The scene's own key is from before there was an end.
    expect(
      (await arrive(scene, await sealed(scene.key, aCommand(scene.key, HERE, expiresAtMs)))).ok,
    ).toBe(true);
  });

  it("of a key that never expires is done in a hundred years", async () => {
    const scene = await aScene();
    const { env } = scene;
    const key = await newBreakGlassKey();
    const { id, publicKey } = key;
    env.do({ kind: "break-glass-key.issue", key: { id, name: "s", publicKey, expiresAtMs: null } });
    env.nowMs = NOON + 100 * 365 * 24 * 60 * MINUTE;
    expect((await arrive(scene, await sealed(key, aCommand(key, HERE, env.nowMs)))).ok).toBe(true);
  });

  it("is refused when its key is revoked while the signature is checked", async () => {
    const { env, key } = await aScene();
    const command = await sealed(key, aCommand(key, HERE, NOON));
    const opened = env.authority.openBreakGlass(command, NOON);
    expect(opened.ok).toBe(true);
    env.do({ kind: "break-glass-key.revoke", id: key.id });
    const answer = env.authority.applyBreakGlass(command, { isSigned: true, requestId: "r" }, NOON);
    expect(answer).toMatchObject({ error: { kind: "break-glass-key-revoked" } });
  });

  it("is refused when the signature is good for its text alone, without what is signed with it", async () => {
    const scene = await aScene();
    const text = JSON.stringify(aCommand(scene.key, HERE, NOON));
    const bare = await crypto.subtle.sign(
      "Ed25519",
      scene.key.privateKey,
      new TextEncoder().encode(text),
    );
    const signature = Buffer.from(bare).toString("hex");
    expect((await refusalOf(scene, { command: text, signature })).kind).toBe("break-glass-forged");
  });

  it("that names an unknown flag kills nothing, and may be sent again while it holds", async () => {
    const scene = await aScene();
    const asked = aCommand(scene.key, HERE, NOON, { flags: ["checkout", "new"] });
    const command = await sealed(scene.key, asked);
    expect(await refusalOf(scene, command)).toEqual({ kind: "unknown-flags", keys: ["new"] });
    scene.env.do({ kind: "flag.create", document: flag("new") });
    expect((await arrive(scene, command)).ok).toBe(true);
  });

  it("reaches no environment that was never made", async () => {
    const { key } = await aScene();
    const command = await sealed(key, aCommand(key, HERE, NOON));
    const { TestAuthority } = await import("./an-authority.ts");
    expect(new TestAuthority().authority.openBreakGlass(command, NOON)).toEqual({
      ok: false,
      error: { kind: "unknown-environment" },
    });
  });
});

describe("the text of a command", () => {
  const key = { id: "0123456789abcdef" } as TestBreakGlassKey;
  const good = aCommand(key, HERE, NOON);

  it("is read as it is", () => {
    for (const variation of ["off", null]) {
      const command = { ...good, variation };
      expect(readBreakGlassCommand(JSON.stringify(command))).toEqual({ ok: true, value: command });
    }
  });

  it.each([
    ["", "is no JSON object"],
    ["[]", "is no JSON object"],
    ["null", "is no JSON object"],
    [JSON.stringify({ ...good, surprise: 1 }), 'has a member "surprise", which nobody knows'],
    [`{"__proto__":{},${JSON.stringify(good).slice(1)}`, 'has a member "__proto__"'],
  ])("%j is refused", (text, why) => {
    const read = readBreakGlassCommand(text);
    expect(read.ok ? "" : read.error).toContain(why);
  });

  it.each([
    ["format", "switchyard.break-glass/2"],
    ["environmentId", "Env"],
    ["keyId", "x"],
    ["flags", []],
    ["flags", "checkout"],
    ["flags", ["a b"]],
    ["flags", Array.from({ length: 1_001 }, (_, at) => `f${at}`)],
    ["variation", 3],
    ["reason", " "],
    ["reason", "x".repeat(2_001)],
    ["by", ""],
    ["nonce", "abc"],
    ["nonce", "A".repeat(32)],
    ["notBeforeMs", "now"],
    ["expiresAtMs", 1.5],
    ["expiresAtMs", null],
  ])("with an unfit %s is refused, with what it must be", (name, value) => {
    const read = readBreakGlassCommand(JSON.stringify({ ...good, [name]: value }));
    expect(read.ok ? "" : read.error).toMatch(new RegExp(`has an unfit "${name}": it must be `));
    const { [name]: _, ...without } = good;
    if (name === "variation") return;
    expect(readBreakGlassCommand(JSON.stringify(without)).ok).toBe(false);
  });
});
