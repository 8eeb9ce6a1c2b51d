import type { Applied, AppliedTarget } from "./authority-api.ts";
import type { LogHead } from "./authority-store.ts";
import type { DocumentVersion } from "./document-version.ts";

/** The answer to a command that was done just now. */
export function appliedNow(
  head: LogHead,
  target: DocumentVersion | null,
  changed: { readonly documents: number } | null,
): Applied {
  return {
    revision: head.revision,
    acceptedAtMs: head.atMs,
    changed: changed !== null,
    replayed: false,
    target: target === null ? null : appliedTarget(target),
    changedDocuments: changed?.documents ?? 0,
  };
}

export function appliedTarget(stored: DocumentVersion): AppliedTarget {
  const { kind, key, version, revision, document, createdAtMs, updatedAtMs, archivedAtMs } = stored;
  return {
    kind,
    key,
    stored: { version, revision, document, createdAtMs, updatedAtMs, archivedAtMs },
  };
}
