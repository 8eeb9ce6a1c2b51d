import { describe, expect, it } from "vitest";
import type { ChangesSince } from "../../../../src/core/authority/authority-api.ts";
import type { DocumentState } from "../../../../src/core/documents/snapshot.ts";
import { type HeldState, stateOfDocuments } from "../../../../src/core/propagation/held-state.ts";
import type { Seal } from "../../../../src/core/signing/seal.ts";
import {
  isUrgentForReaders,
  serverFrame,
  spreadMs,
} from "../../../../src/core/streaming/relay-frames.ts";
import { STREAMING } from "../../../../src/core/streaming/settings.ts";
import { parseSocketUrl, socketUrl } from "../../../../src/core/streaming/socket-request.ts";
import {
  admission,
  endedKeys,
  keyStanding,
  nextExpiryMs,
} from "../../../../src/core/streaming/stream-keys.ts";
import { flag } from "../authority/builders.ts";
import { ID } from "../propagation/messages.ts";

const seal: Seal = { keyId: "k", signature: "s", keysRoot: "r", signers: [] };

/** A key that expires at a moment, never, or is gone. */
function keyChange(id: string, fate: number | "never" | "revoked"): DocumentState {
  if (fate === "revoked") return { kind: "key", key: id, state: null };
  const expiresAtMs = fate === "never" ? null : fate;
  const document = { id, kind: "server", hash: `hash-of-${id}`, expiresAtMs, origins: [] } as const;
  return { kind: "key", key: id, state: { version: 1, document } };
}

const flagChange = (key: string, changes: Parameters<typeof flag>[1] = {}): DocumentState => ({
  kind: "flag",
  key,
  state: { version: 1, document: flag(key, changes) },
});

/** What a relay holds when each change came with a revision of its own, the first with 1. */
function holding(...changes: readonly DocumentState[]): HeldState {
  const head = {
    environmentId: ID,
    salt: "s",
    revision: changes.length,
    acceptedAtMs: 7,
    floor: 0,
  };
  return stateOfDocuments(
    { ...head, seal },
    changes.map((change, place) => ({ revision: place + 1, change })),
  );
}

const deltaOf = (...changes: readonly DocumentState[]): ChangesSince => ({
  kind: "delta",
  delta: {
    format: "switchyard.delta/1",
    environmentId: ID,
    since: 1,
    revision: 2,
    acceptedAtMs: 7,
    changes,
  },
  seal,
});

describe("what a server socket is sent", () => {
  const held = holding(flagChange("a"), keyChange("k1", "never"), flagChange("b"));

  it("is everything for who has nothing, sealed, without any SDK key", () => {
    const frame = JSON.parse(serverFrame(held, null));
    expect(frame).toMatchObject({ type: "snapshot", snapshot: { revision: 3, keys: [] }, seal });
    expect(frame.snapshot.flags.map(({ document }: any) => document.key)).toEqual(["a", "b"]);
    expect(frame).not.toHaveProperty("kind");
    expect(serverFrame(held, null)).not.toContain("hash-of-");
  });

  it("is the step from what it holds, and leads there even when only SDK keys have changed", () => {
    expect(JSON.parse(serverFrame(held, 2))).toMatchObject({
      type: "delta",
      delta: { since: 2, revision: 3, changes: [{ kind: "flag", key: "b" }] },
      seal,
    });
    const after = holding(flagChange("a"), flagChange("b"), keyChange("k1", "never"));
    const { delta } = JSON.parse(serverFrame(after, 2));
    expect(delta).toMatchObject({ since: 2, revision: 3, changes: [] });
  });

  it("is only the revision for who holds it", () => {
    expect(JSON.parse(serverFrame(held, 3))).toEqual({ type: "current", revision: 3 });
  });
});

describe("readers that hear of a change", () => {
  it.each([
    [0, false, 0],
    [500, false, 0],
    [501, false, 0],
    [1_500, false, 200],
    [5_500, false, 1_000],
    [30_000, false, 2_000],
    [500, true, 0],
    [2_500, true, 400],
    [30_000, true, 500],
  ])("%i of them, urgent: %s, are spread over %i ms", (readers, isUrgent, expected) => {
    expect(spreadMs(readers, isUrgent, STREAMING)).toBe(expected);
  });

  it.each<[string, ChangesSince, boolean]>([
    ["a change of a flag", deltaOf(flagChange("a")), false],
    [
      "a killed flag",
      deltaOf(
        flagChange("a"),
        flagChange("b", { killed: { variation: null, reason: "it hurts" } }),
      ),
      true,
    ],
    ["a flag that is gone", deltaOf({ kind: "flag", key: "a", state: null }), false],
    ["a new key", deltaOf(keyChange("k1", "never")), false],
    ["a revoked key", deltaOf(flagChange("a"), keyChange("k1", "revoked")), true],
    ["everything", { kind: "snapshot", snapshot: {} as never, seal }, true],
  ])("may be waiting for it in an emergency: %s", (_, changes, expected) => {
    expect(isUrgentForReaders(changes)).toBe(expected);
  });
});

describe("an SDK key, to a relay", () => {
  const held = holding(
    keyChange("good", "never"),
    keyChange("late", 1_000),
    keyChange("later", 2_000),
    keyChange("revoked", "revoked"),
  );

  it("is good until the moment of its expiry, or its revocation", () => {
    for (const [id, standings] of [
      ["good", ["good", "good", "good"]],
      ["late", ["good", "good", "ended"]],
      ["revoked", ["ended", "ended", "ended"]],
      ["never-seen", ["unknown", "unknown", "unknown"]],
    ] as const) {
      expect([0, 999, 1_000].map((nowMs) => keyStanding(held, id, nowMs))).toEqual(standings);
    }
  });

  it("has ended by a change when it was there before and is not good after, forgotten ones included", () => {
    const after = holding(keyChange("good", "revoked"), keyChange("later", 500), flagChange("a"));
    expect(endedKeys(held, after, 600)).toEqual(["good", "late", "later", "revoked"]);
    expect(endedKeys(held, held, 1_500)).toEqual(["late", "revoked"]);
  });

  it("expires next, of those that have not yet", () => {
    expect([0, 999, 1_000, 1_999, 2_000].map((nowMs) => nextExpiryMs(held, nowMs))).toEqual([
      1_000,
      1_000,
      2_000,
      2_000,
      null,
    ]);
  });

  it.each([
    ["server", "good", 4, "open"],
    ["server", "good", null, "open"],
    ["server", "good", 5, "not-now"],
    ["notify", "good", 5, "open"],
    ["server", "late", 4, "ended"],
    ["notify", "revoked", null, "ended"],
    ["server", "never-seen", 4, "not-now"],
  ] as const)("opens a %s socket with key %s at %s: %s", (kind, keyId, since, expected) => {
    expect(admission(held, { kind, keyId, since }, 1_000)).toBe(expected);
  });
});

describe("a request for a socket", () => {
  it.each([
    { kind: "server", since: 41, keyId: "k1" },
    { kind: "server", since: 0, keyId: "k1" },
    { kind: "notify", since: null, keyId: "a key & more" },
  ] as const)("is read as it was written: %j", (asked) => {
    expect(parseSocketUrl(socketUrl(asked))).toEqual(asked);
  });

  it.each([
    "https://relay/",
    "https://relay/stream?kind=all&key=k",
    "https://relay/stream?kind=server",
  ])("is not one: %s", (url) => {
    expect(parseSocketUrl(url)).toBeNull();
  });
});
