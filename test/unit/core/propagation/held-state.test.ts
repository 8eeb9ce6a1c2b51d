import { expect, it } from "vitest";
import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import {
  DELIVERY_DEFAULTS,
  type SettingsDocument,
} from "../../../../src/core/documents/settings.ts";
import type { Snapshot } from "../../../../src/core/documents/snapshot.ts";
import { compileRuleset } from "../../../../src/core/evaluation/compile-ruleset.ts";
import { changesFrom, stateOfSnapshot } from "../../../../src/core/propagation/held-state.ts";
import { Revisions } from "./messages.ts";

function received(): { readonly snapshot: Snapshot; readonly seal: any } {
  const advance = new Revisions().add("a").advance(null);
  if (advance.kind !== "snapshot") throw new Error("no snapshot");
  return advance;
}

it("a snapshot from before there were settings is held, and compiles, as one with none", () => {
  const { snapshot, seal } = received();
  const { settings: _, ...former } = snapshot;
  expect(changesFrom(stateOfSnapshot(former, seal), null)).toEqual({
    kind: "snapshot",
    snapshot: { ...former, settings: [] },
    seal,
  });
  expect(stateOfSnapshot(former, seal).digest.documentsRoot).toBe(
    stateOfSnapshot(snapshot, seal).digest.documentsRoot,
  );
  const compiled = compileRuleset(former, { compilePattern: compileRe2 });
  expect(compiled).toMatchObject({ ok: true, value: { delivery: null } });
});

it("settings are handed on as they came, and are part of what is sealed", () => {
  const { snapshot, seal } = received();
  const document = { key: "delivery" as const, ...DELIVERY_DEFAULTS, relayShards: 3 };
  const set = { ...snapshot, settings: [{ version: 4, document }] };
  const held = stateOfSnapshot(set, seal);
  expect(changesFrom(held, null)).toEqual({ kind: "snapshot", snapshot: set, seal });
  expect(held.digest.documentsRoot).not.toBe(stateOfSnapshot(snapshot, seal).digest.documentsRoot);
  const compiled = compileRuleset(set, { compilePattern: compileRe2 });
  expect(compiled).toMatchObject({ ok: true, value: { delivery: document } });
});

it("settings from before there was a limit of requests compile, and limit none", () => {
  const { snapshot } = received();
  const { requestsPerSecond: _, ...former } = DELIVERY_DEFAULTS;
  const document = { key: "delivery", ...former } as SettingsDocument;
  const set = { ...snapshot, settings: [{ version: 4, document }] };
  const compiled = compileRuleset(set, { compilePattern: compileRe2 });
  expect(compiled).toMatchObject({ ok: true, value: { delivery: { requestsPerSecond: null } } });
});
