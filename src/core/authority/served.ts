import type { SdkKeyEntry } from "../documents/sdk-key-entry.ts";
import type { DocumentState } from "../documents/snapshot.ts";
import { assertNever } from "../result.ts";
import type { IssuedKey } from "./command.ts";
import type { ServedVersion } from "./document-version.ts";

/** A key without what only people need. */
export function servedKey({ id, kind, hash, expiresAtMs, origins }: IssuedKey): SdkKeyEntry {
  return { id, kind, hash, expiresAtMs, origins };
}

/** A document as a delta carries it. */
export function documentState(stored: ServedVersion): DocumentState {
  const { key, version } = stored;
  if (stored.archivedAtMs !== null) return { kind: stored.kind, key, state: null };
  switch (stored.kind) {
    case "flag":
      return { kind: stored.kind, key, state: { version, document: stored.document } };
    case "segment":
      return { kind: stored.kind, key, state: { version, document: stored.document } };
    case "experiment":
      return { kind: stored.kind, key, state: { version, document: stored.document } };
    case "holdout":
      return { kind: stored.kind, key, state: { version, document: stored.document } };
    case "key":
      return { kind: stored.kind, key, state: { version, document: servedKey(stored.document) } };
    case "settings":
      return { kind: stored.kind, key, state: { version, document: stored.document } };
    default:
      return assertNever(stored);
  }
}
