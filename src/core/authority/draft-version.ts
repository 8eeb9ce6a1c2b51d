import { utf8Length } from "../hash/utf8.ts";
import { canonicalJson } from "../json.ts";
import type { LogHead } from "./authority-store.ts";
import type { DocumentStep } from "./decide/decision.ts";
import { type DocumentVersion, versionHash } from "./document-version.ts";
import type { LoggedChange } from "./log-entry.ts";
import { currentVersion, type EnvironmentState } from "./state.ts";

/** A document's next version, and what the log will say of it. */
export interface VersionDraft {
  readonly version: DocumentVersion;
  /** Canonical JSON of the document, as it will be stored. */
  readonly body: string;
  readonly change: LoggedChange;
}

export function draftVersion(
  state: EnvironmentState,
  step: DocumentStep,
  at: Pick<LogHead, "revision" | "atMs">,
): VersionDraft {
  const { kind, key, archived } = step;
  const before = currentVersion(state, kind, key);
  const version = (before?.version ?? 0) + 1;
  const body = canonicalJson(step.document);
  const hash = versionHash({ kind, key, version }, archived, body);
  return {
    version: {
      kind,
      key,
      version,
      revision: at.revision,
      createdAtMs: before?.createdAtMs ?? at.atMs,
      updatedAtMs: at.atMs,
      archivedAtMs: archived ? at.atMs : null,
      hash,
      bytes: utf8Length(body),
      // Read back from its text: memory then holds exactly what a restart would find.
      document: JSON.parse(body),
    },
    body,
    change: {
      kind,
      key,
      before: before === undefined ? null : { version: before.version, hash: before.hash },
      after: { version, hash },
    },
  };
}
