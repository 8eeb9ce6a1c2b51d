import { DELIVERY_KEY, type SettingsDocument } from "../documents/settings.ts";
import { documentPath, type StatesByKey } from "./check/check-snapshot.ts";
import { readSettings } from "./check/check-settings.ts";
import type { Reporting } from "./check/guard.ts";

/** The delivery settings after their change; `null`: the defaults. */
export function changeSettings(
  base: SettingsDocument | null,
  states: StatesByKey,
  scope: Reporting,
): SettingsDocument | null {
  let next = base;
  for (const [key, state] of states) {
    const path = documentPath("settings", key);
    if (state === null) next = key === DELIVERY_KEY ? null : next;
    else next = readSettings(state.document, path, scope) ?? next;
  }
  return next;
}
