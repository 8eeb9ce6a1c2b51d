import type { Applied, Stored } from "../../../src/core/authority/authority-api.ts";
import type { DocumentOf } from "../../../src/core/authority/document-version.ts";
import { invariant } from "../../../src/core/result.ts";

/** The document that a command was about. The authority answers a command with its own kind. */
function targetOf<Kind extends "flag" | "segment" | "settings">(
  { target }: Applied,
  kind: Kind,
): Stored<DocumentOf[Kind]> {
  invariant(target?.kind === kind, `the authority answered without the ${kind}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- RPC carries documents untyped.
  return target.stored as Stored<DocumentOf[Kind]>;
}

/** The answer to a change of one flag: the flag, its version and the new revision. */
export function changedFlag(applied: Applied) {
  const stored = targetOf(applied, "flag");
  const { document, version, revision, createdAtMs, updatedAtMs, archivedAtMs } = stored;
  const body = { flag: document, version, revision, createdAtMs, updatedAtMs, archivedAtMs };
  return { body, version, revision: applied.revision, replayed: applied.replayed };
}

/** The same for the delivery settings. */
export function changedSettings(applied: Applied) {
  const { document, version } = targetOf(applied, "settings");
  const { key: _, ...settings } = document;
  const body = { ...settings, version };
  return { body, version, revision: applied.revision, replayed: applied.replayed };
}

/** The same for a segment. */
export function changedSegment(applied: Applied) {
  const { document, version, revision, createdAtMs, updatedAtMs } = targetOf(applied, "segment");
  const body = { segment: document, version, revision, createdAtMs, updatedAtMs };
  return { body, version, revision: applied.revision, replayed: applied.replayed };
}
