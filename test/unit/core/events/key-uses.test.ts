import { beforeEach, describe, expect, it } from "vitest";
import { environmentId } from "../../../../src/core/brand.ts";
import { KeyUses } from "../../../../src/core/events/key-uses.ts";
import { NOON_MS } from "./chunks.ts";

const ID = environmentId("a1b2c3d4");
const MINUTE_MS = 60_000;

const entry = (id: string) =>
  ({ id, kind: "server", hash: "ab".repeat(32), expiresAtMs: null, origins: [] }) as const;

describe("uses of keys", () => {
  let uses: KeyUses;
  let ids: number;
  beforeEach(() => {
    uses = new KeyUses(2);
    ids = 0;
  });

  const drained = () => Object.fromEntries(uses.drain(() => `e-${(ids += 1)}`));

  it("are noted once a minute for each entry, and told to the minute", () => {
    const key = entry("k1");
    expect(uses.isNew(key, NOON_MS + 5)).toBe(true);
    uses.note(ID, key, NOON_MS + 5);
    expect(uses.isNew(key, NOON_MS + MINUTE_MS - 1)).toBe(false);
    expect(uses.isNew(entry("k1"), NOON_MS + 5)).toBe(true);
    expect(uses.isNew(key, NOON_MS + MINUTE_MS)).toBe(true);
    expect(drained()).toEqual({
      [ID]: [{ kind: "key-use", id: "e-1", atMs: NOON_MS, key: "k1" }],
    });
    expect(uses.size).toBe(0);
    expect(uses.isNew(key, NOON_MS + 6)).toBe(false);
  });

  it("of one key are one event, the latest, whichever ruleset has its entry", () => {
    uses.note(ID, entry("k1"), NOON_MS);
    uses.note(ID, entry("k1"), NOON_MS + 2 * MINUTE_MS);
    expect(drained()[ID]).toMatchObject([{ atMs: NOON_MS + 2 * MINUTE_MS }]);
  });

  it("of different environments are kept apart, though their keys have one id", () => {
    const other = environmentId("e5f6a7b8");
    uses.note(ID, entry("k1"), NOON_MS);
    uses.note(other, entry("k1"), NOON_MS);
    expect(Object.keys(drained())).toEqual([ID, other]);
  });

  it("take no more memory than was said", () => {
    for (const id of ["k1", "k2", "k3"]) uses.note(ID, entry(id), NOON_MS);
    expect(uses.size).toBe(2);
    uses.note(ID, entry("k1"), NOON_MS + MINUTE_MS);
    expect(drained()[ID]).toMatchObject([
      { key: "k1", atMs: NOON_MS + MINUTE_MS },
      { key: "k2", atMs: NOON_MS },
    ]);
  });
});
