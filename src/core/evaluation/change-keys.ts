import type { SdkKeyEntry } from "../documents/sdk-key-entry.ts";
import { documentPath, type StatesByKey } from "./check/check-snapshot.ts";
import { type Reporting, refuse } from "./check/guard.ts";
import { readSdkKey } from "./check/check-sdk-key.ts";

/** The SDK keys after their changes, by hash. States are by id. */
export function changeKeys(
  base: ReadonlyMap<string, SdkKeyEntry>,
  states: StatesByKey,
  scope: Reporting,
): ReadonlyMap<string, SdkKeyEntry> {
  if (states.size === 0) return base;
  const next = new Map<string, SdkKeyEntry>();
  for (const [hash, entry] of base) if (!states.has(entry.id)) next.set(hash, entry);
  for (const [id, state] of states) {
    if (state === null) continue;
    const path = documentPath("key", id);
    const entry = readSdkKey(state.document, path, scope);
    if (entry === undefined) continue;
    const other = next.get(entry.hash);
    if (other === undefined) {
      next.set(entry.hash, entry);
      continue;
    }
    refuse(scope, {
      path: `${path}/hash`,
      code: "key.same-hash",
      message: `the keys ${JSON.stringify(other.id)} and ${JSON.stringify(id)} have one hash`,
    });
  }
  return next;
}
