import {
  DELIVERY_DEFAULTS,
  DELIVERY_KEY,
  type DeliverySettings,
  type SettingsDocument,
} from "../../documents/settings.ts";
import { err } from "../../result.ts";
import type { SettingsCommand } from "../command.ts";
import type { VersionOf } from "../document-version.ts";
import type { EnvironmentState } from "../state.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { unreadablePatch } from "./shape.ts";

/** Changes some of the delivery settings; whether they go together is for the compiler to find. */
export function patchSettings(
  { patch, expectedVersion }: SettingsCommand,
  { state }: DecisionContext,
): Decided {
  const shapeless = unreadablePatch(patch);
  if (shapeless !== null) return shapeless;
  const { version: actual, settings } = deliveryOf(state);
  if (expectedVersion !== "any" && expectedVersion !== actual) {
    const named = { documentKind: "settings", key: DELIVERY_KEY } as const;
    return err({ kind: "version-conflict", ...named, expected: expectedVersion, actual });
  }
  const document = settingsDocument({
    relayShards: patch.relayShards ?? settings.relayShards,
    freshForMs: patch.freshForMs ?? settings.freshForMs,
    graceMs: patch.graceMs ?? settings.graceMs,
    confirmDeadlineMs: patch.confirmDeadlineMs ?? settings.confirmDeadlineMs,
    stagedPublish: patch.stagedPublish ?? settings.stagedPublish,
    requestsPerSecond:
      patch.requestsPerSecond === undefined ? settings.requestsPerSecond : patch.requestsPerSecond,
  });
  const step = { kind: "settings", key: DELIVERY_KEY, document, archived: false } as const;
  return changeTo(storedSettings(state), step);
}

/** What is in force. Version 0: nothing was ever set. */
export function deliveryOf(state: EnvironmentState): {
  readonly version: number;
  readonly settings: DeliverySettings;
} {
  const stored = storedSettings(state);
  if (stored === undefined) return { version: 0, settings: DELIVERY_DEFAULTS };
  const { archivedAtMs, document, version } = stored;
  if (archivedAtMs !== null) return { version, settings: DELIVERY_DEFAULTS };
  const { key: _, ...stated } = document;
  // What was stored by a former version does not have all of them.
  return { version, settings: { ...DELIVERY_DEFAULTS, ...stated } };
}

export function settingsDocument(settings: DeliverySettings): SettingsDocument {
  return { key: DELIVERY_KEY, ...settings };
}

function storedSettings({ documents }: EnvironmentState): VersionOf<"settings"> | undefined {
  return documents.settings.get(DELIVERY_KEY);
}
