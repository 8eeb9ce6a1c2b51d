import { DOCUMENT_KINDS } from "../../core/authority/document-version.ts";
import {
  DELTA_FORMAT,
  type DocumentKind,
  SNAPSHOT_FORMAT,
  type Versioned,
} from "../../core/documents/snapshot.ts";
import type { DocumentStates, RulesetHeader } from "../../core/evaluation/check/check-snapshot.ts";
import type { DocumentChange } from "../../core/signing/state-digest.ts";

/** A document as it is kept for the next start. */
export interface HeldDocument {
  readonly kind: DocumentKind;
  readonly key: string;
  readonly state: Versioned<unknown>;
}

/** By kind and key. */
export type HeldDocuments = ReadonlyMap<string, HeldDocument>;

export const NO_DOCUMENTS: HeldDocuments = new Map();

export function changesOf(states: DocumentStates): readonly DocumentChange[] {
  return DOCUMENT_KINDS.flatMap((kind) =>
    Array.from(states[kind], ([key, state]) => ({ kind, key, state })),
  );
}

export function documentsAfter(
  documents: HeldDocuments,
  changes: Iterable<DocumentChange>,
): HeldDocuments {
  const next = new Map(documents);
  for (const { kind, key, state } of changes) {
    const name = `${kind}/${key}`;
    if (state === null) next.delete(name);
    else next.set(name, { kind, key, state });
  }
  return next;
}

/**
 * The step between two states, so that one state may replace another without making anew what
 * they share.
 */
export function deltaBetween(
  since: number,
  before: HeldDocuments,
  { environmentId, revision, acceptedAtMs }: RulesetHeader,
  after: HeldDocuments,
): object {
  const changes: DocumentChange[] = [];
  for (const [name, document] of after) {
    if (!isSame(before.get(name), document)) changes.push(document);
  }
  for (const [name, { kind, key }] of before) {
    if (!after.has(name)) changes.push({ kind, key, state: null });
  }
  return { format: DELTA_FORMAT, environmentId, since, revision, acceptedAtMs, changes };
}

function isSame(before: HeldDocument | undefined, after: HeldDocument): boolean {
  if (before === after) return true;
  if (before?.state.version !== after.state.version) return false;
  return JSON.stringify(before.state.document) === JSON.stringify(after.state.document);
}

/** The same as a snapshot, of which a ruleset can be compiled. */
export function snapshotOf(header: RulesetHeader, documents: HeldDocuments): object {
  const all = [...documents.values()];
  const of = (kind: DocumentKind) =>
    all.flatMap((document) => (document.kind === kind ? [document.state] : []));
  return {
    format: SNAPSHOT_FORMAT,
    ...header,
    flags: of("flag"),
    segments: of("segment"),
    experiments: of("experiment"),
    holdouts: of("holdout"),
    keys: of("key"),
    settings: of("settings"),
  };
}
