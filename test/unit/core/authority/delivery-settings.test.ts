import { describe, expect, it } from "vitest";
import type { Command } from "../../../../src/core/authority/command.ts";
import {
  DELIVERY_BOUNDS,
  DELIVERY_DEFAULTS,
  type DeliverySettings,
} from "../../../../src/core/documents/settings.ts";
import { anEnvironment, TestAuthority } from "./an-authority.ts";
import { flag, initialize, valueOf } from "./builders.ts";

const patch = (
  changes: Partial<DeliverySettings>,
  expectedVersion: number | "any" = "any",
): Command => ({ kind: "settings.patch", expectedVersion, patch: changes });

const deliveryOf = (env: TestAuthority) => valueOf(env.authority.delivery());

function servedSettings(env: TestAuthority) {
  const changes = env.authority.changesSince(null);
  return changes.kind === "snapshot" ? changes.snapshot.settings : undefined;
}

describe("delivery settings", () => {
  it("are the defaults, as version 0, until they are set, and are served from then on", () => {
    const env = anEnvironment();
    expect(deliveryOf(env)).toEqual({ version: 0, settings: DELIVERY_DEFAULTS });
    expect(servedSettings(env)).toEqual([]);
    env.do(patch({ relayShards: 4 }, 0), { reason: "more streams" });
    const settings = { ...DELIVERY_DEFAULTS, relayShards: 4 };
    expect(deliveryOf(env)).toEqual({ version: 1, settings });
    expect(servedSettings(env)).toEqual([
      { version: 1, document: { key: "delivery", ...settings } },
    ]);
    expect(valueOf(env.restarted().delivery())).toEqual({ version: 1, settings });
    const [entry] = valueOf(env.authority.log({ limit: 1, cursor: null, document: null })).items;
    expect(entry).toMatchObject({
      action: "settings.patch",
      target: { kind: "settings", key: "delivery" },
      reason: "more streams",
    });
    expect(env.verify().verified).toBe(true);
  });

  it("reach a reader of the revision before as a delta", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do(patch({ graceMs: 5_000 }));
    expect(env.authority.changesSince(2)).toMatchObject({
      delta: { changes: [{ kind: "settings", key: "delivery", state: { version: 1 } }] },
    });
  });

  it("are changed only from the version that was seen, and not by what changes nothing", () => {
    const env = anEnvironment();
    env.do(patch({ relayShards: 2 }, 0));
    expect(env.refusal(patch({ relayShards: 3 }, 0))).toEqual({
      kind: "version-conflict",
      documentKind: "settings",
      key: "delivery",
      expected: 0,
      actual: 1,
    });
    expect(env.do(patch({ relayShards: 2 }, 1)).changed).toBe(false);
  });

  it("go back with the environment, to the defaults where there were none", () => {
    const env = anEnvironment();
    env.do(patch({ relayShards: 2 }));
    env.do(patch({ relayShards: 3, graceMs: 9_000 }));
    env.do({ kind: "environment.rollback", toRevision: 2 });
    expect(deliveryOf(env).settings).toEqual({ ...DELIVERY_DEFAULTS, relayShards: 2 });
    env.do({ kind: "environment.rollback", toRevision: 1 });
    expect(deliveryOf(env)).toEqual({ version: 4, settings: DELIVERY_DEFAULTS });
    expect(servedSettings(env)).toEqual([]);
    env.do(patch({ freshForMs: 200 }, 4));
    expect(deliveryOf(env)).toEqual({
      version: 5,
      settings: { ...DELIVERY_DEFAULTS, freshForMs: 200 },
    });
  });

  it("begin with staged publish where the environment is made so", () => {
    const env = new TestAuthority();
    env.do({ ...initialize(), stagedPublish: true } as Command);
    expect(env.revision).toBe(1);
    expect(deliveryOf(env)).toEqual({
      version: 1,
      settings: { ...DELIVERY_DEFAULTS, stagedPublish: true },
    });
    expect(env.restarted().isStaged()).toBe(true);
    expect(env.verify().verified).toBe(true);
    expect(anEnvironment().authority.isStaged()).toBe(false);
  });

  it.each(Object.entries(DELIVERY_BOUNDS))("keep %s within its bounds", (name, [least, most]) => {
    const env = anEnvironment();
    // So that each bound of freshness can be reached without breaking the other's.
    env.do(patch({ freshForMs: 100, confirmDeadlineMs: 100, graceMs: 60_000 }));
    for (const figure of [least, most]) env.do(patch({ [name]: figure }));
    for (const figure of [least - 1, most + 1, least + 0.5, "500", {}]) {
      const refusal = env.refusal(patch({ [name]: figure as number }));
      expect(refusal).toMatchObject({ kind: "invalid-document", issues: [{ path: `/${name}` }] });
    }
  });

  it("keep a limit of requests until it is taken away with null", () => {
    const env = anEnvironment();
    env.do(patch({ requestsPerSecond: 50 }));
    env.do(patch({ relayShards: 2 }));
    expect(deliveryOf(env).settings).toMatchObject({ relayShards: 2, requestsPerSecond: 50 });
    env.do(patch({ requestsPerSecond: null }));
    expect(deliveryOf(env).settings.requestsPerSecond).toBeNull();
    expect(env.refusal(patch({ requestsPerSecond: "none" as unknown as null }))).toMatchObject({
      issues: [{ path: "/requestsPerSecond" }],
    });
  });

  it("of a former version have no limit of requests, and are changed as others are", () => {
    const env = anEnvironment();
    env.do(patch({ relayShards: 2 }));
    const { requestsPerSecond: _, ...former } = { ...DELIVERY_DEFAULTS, relayShards: 2 };
    const changed = env.sql.exec(
      "UPDATE document_versions SET body = ? WHERE kind = 'settings' RETURNING key",
      JSON.stringify({ key: "delivery", ...former }),
    );
    expect(changed).toHaveLength(1);
    env.authority = env.restarted();
    expect(servedSettings(env)).toEqual([{ version: 1, document: { key: "delivery", ...former } }]);
    expect(deliveryOf(env).settings).toEqual({ ...DELIVERY_DEFAULTS, relayShards: 2 });
    env.do(patch({ graceMs: 2_000 }, 1));
    expect(deliveryOf(env)).toEqual({
      version: 2,
      settings: { ...DELIVERY_DEFAULTS, relayShards: 2, graceMs: 2_000 },
    });
  });

  it("say what does not go together, with both figures", () => {
    const env = anEnvironment();
    expect(env.refusal(patch({ freshForMs: 1_000 }))).toEqual({
      kind: "invalid-document",
      issues: [
        {
          path: "/graceMs",
          code: "settings.grace-too-short",
          message:
            "graceMs is 1000 and freshForMs is 1000; give a graceMs of more than freshForMs, for " +
            "a confirmation is asked for between the two",
        },
      ],
    });
    expect(env.refusal(patch({ confirmDeadlineMs: 1_000 }))).toMatchObject({
      issues: [
        {
          path: "/confirmDeadlineMs",
          code: "settings.deadline-too-long",
          message: expect.stringContaining("is 1000 and graceMs is 1000; give a confirmDeadlineMs"),
        },
      ],
    });
    expect(env.refusal(patch({ stagedPublish: "yes" as unknown as boolean }))).toMatchObject({
      issues: [{ path: "/stagedPublish" }],
    });
    expect(env.refusal(patch("no" as unknown as object))).toMatchObject({
      kind: "invalid-document",
    });
  });
});

describe("former states", () => {
  it("are what they were, at hand or not, also for another process", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    const then = env.authority.changesSince(null);
    env.authority.keepAtHand([2]);
    env.do({ kind: "flag.create", document: flag("b") });
    env.authority.keepAtHand([2, 3]);
    env.do({ kind: "flag.archive", key: "a", expectedVersion: "any" });
    expect(env.authority.changesSince(null, 2)).toEqual(then);
    expect(env.restarted().changesSince(null, 2)).toEqual(then);
    expect(env.authority.changesSince(2, 3)).toEqual(env.restarted().changesSince(2, 3));
    expect(env.authority.changesSince(2, 3)).toMatchObject({
      delta: { revision: 3, changes: [{ key: "b" }] },
    });
  });

  it("are gone back to in the name of the system, kills excepted", () => {
    const env = anEnvironment();
    env.do({ kind: "flag.create", document: flag("a") });
    env.do({ kind: "flag.patch", key: "a", expectedVersion: "any", patch: { enabled: false } });
    env.do({ kind: "flag.kill", key: "a", variation: "off" }, { reason: "it hurts" });
    env.authority.revert(2, "The relay weur:0 refused revision 3.", env.nowMs);
    expect(env.flag("a").document).toMatchObject({
      enabled: true,
      killed: { variation: "off" },
    });
    const [entry] = valueOf(env.authority.log({ limit: 1, cursor: null, document: null })).items;
    expect(entry).toMatchObject({
      actor: { kind: "system", id: "staged-publish" },
      action: "environment.rollback",
      reason: "The relay weur:0 refused revision 3.",
    });
  });
});
