import type { Snapshot, Versioned } from "../documents/snapshot.ts";
import { SNAPSHOT_FORMAT } from "../documents/snapshot.ts";
import type { Ruleset } from "../evaluation/ruleset.ts";
import { assertNever } from "../result.ts";
import type { AuthorityStore, LogHead, StoreRoot } from "./authority-store.ts";
import {
  DOCUMENT_KINDS,
  type DocumentOf,
  type DocumentVersion,
  isServedKind,
  type ServedVersion,
  type VersionOf,
} from "./document-version.ts";
import type { KeptKind } from "./kept-kind.ts";
import type { EnvironmentSettings } from "./log-entry.ts";
import { servedKey } from "./served.ts";

/**
 * One environment in memory: everything that deciding and serving need, none of which is not in
 * the store. A change makes a new state, so that a failed transaction leaves the old one in force.
 */
export interface EnvironmentState {
  readonly settings: EnvironmentSettings;
  readonly head: LogHead;
  readonly documents: DocumentTable;
  /** Canonical JSON bytes of all documents that are served. */
  readonly servedBytes: number;
  /** The served documents compiled; `null`: not compiled yet, or they do not compile. */
  readonly ruleset: Ruleset | null;
}

/** The newest version of every document, archived ones included, by key. */
export type DocumentTable = {
  readonly [K in KeptKind]: ReadonlyMap<string, VersionOf<K>>;
};

export function loadState(store: AuthorityStore): EnvironmentState | null {
  const root = store.root();
  return root === null ? null : stateOf(root, store.currentVersions());
}

export function stateOf(root: StoreRoot, versions: Iterable<DocumentVersion>): EnvironmentState {
  const empty: EnvironmentState = {
    settings: root.settings,
    head: root.head,
    documents: EMPTY_DOCUMENTS,
    servedBytes: 0,
    ruleset: null,
  };
  return withVersions(empty, root.head, versions);
}

/** The state after new versions of some documents. The ruleset is left for the caller to set. */
export function withVersions(
  state: EnvironmentState,
  head: LogHead,
  versions: Iterable<DocumentVersion>,
): EnvironmentState {
  const documents = {
    flag: new Map(state.documents.flag),
    segment: new Map(state.documents.segment),
    experiment: new Map(state.documents.experiment),
    holdout: new Map(state.documents.holdout),
    key: new Map(state.documents.key),
    settings: new Map(state.documents.settings),
    "break-glass-key": new Map(state.documents["break-glass-key"]),
    "signing-key": new Map(state.documents["signing-key"]),
  };
  let servedBytes = state.servedBytes;
  for (const version of versions) {
    const before = documents[version.kind].get(version.key);
    servedBytes += bytesServed(version) - (before === undefined ? 0 : bytesServed(before));
    put(documents, version);
  }
  return { ...state, head, documents, servedBytes, ruleset: null };
}

const EMPTY_DOCUMENTS: DocumentTable = {
  flag: new Map(),
  segment: new Map(),
  experiment: new Map(),
  holdout: new Map(),
  key: new Map(),
  settings: new Map(),
  "break-glass-key": new Map(),
  "signing-key": new Map(),
};

function put(
  documents: { readonly [K in KeptKind]: Map<string, VersionOf<K>> },
  version: DocumentVersion,
): void {
  // One arm a kind, because TypeScript does not correlate the map's kind with the version's.
  switch (version.kind) {
    case "flag":
      documents.flag.set(version.key, version);
      return;
    case "segment":
      documents.segment.set(version.key, version);
      return;
    case "experiment":
      documents.experiment.set(version.key, version);
      return;
    case "holdout":
      documents.holdout.set(version.key, version);
      return;
    case "key":
      documents.key.set(version.key, version);
      return;
    case "settings":
      documents.settings.set(version.key, version);
      return;
    case "break-glass-key":
      documents[version.kind].set(version.key, version);
      return;
    case "signing-key":
      documents[version.kind].set(version.key, version);
      return;
    default:
      assertNever(version);
  }
}

function bytesServed(version: DocumentVersion): number {
  return version.archivedAtMs === null && isServedKind(version) ? version.bytes : 0;
}

export function currentVersion(
  state: EnvironmentState,
  kind: KeptKind,
  key: string,
): DocumentVersion | undefined {
  return state.documents[kind].get(key);
}

/** The newest version of everything that is or was served. */
export function* allVersions(state: EnvironmentState): Iterable<ServedVersion> {
  for (const kind of DOCUMENT_KINDS) yield* state.documents[kind].values();
}

/** What evaluators get: documents sorted by key, archived ones left out, keys without names. */
export function snapshotOf(state: EnvironmentState): Snapshot {
  const { settings, head, documents } = state;
  return {
    format: SNAPSHOT_FORMAT,
    environmentId: settings.environmentId,
    revision: head.revision,
    acceptedAtMs: head.atMs,
    salt: settings.salt,
    flags: served(documents.flag),
    segments: served(documents.segment),
    experiments: served(documents.experiment),
    holdouts: served(documents.holdout),
    keys: served(documents.key).map(({ version, document }) => ({
      version,
      document: servedKey(document),
    })),
    settings: served(documents.settings),
  };
}

function served<K extends KeptKind>(
  versions: ReadonlyMap<string, VersionOf<K>>,
): readonly Versioned<DocumentOf[K]>[] {
  return [...versions.values()]
    .filter(({ archivedAtMs }) => archivedAtMs === null)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ version, document }) => ({ version, document }));
}
