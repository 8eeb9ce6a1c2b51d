import { err, ok, type Result } from "../result.ts";
import type { ListedBreakGlassKey, ListedKey, Page, PageRequest, Stored } from "./authority-api.ts";
import type { AuthorityStore } from "./authority-store.ts";
import { knownRevision, notFound } from "./decide/expectations.ts";
import type { DocumentOf, DocumentVersion, VersionOf } from "./document-version.ts";
import type { KeptKind } from "./kept-kind.ts";
import { pageByKey } from "./page.ts";
import type { AuthorityProblem } from "./problem.ts";
import { currentVersion, type EnvironmentState } from "./state.ts";

/** Which version of a document is asked for; `atRevision: null` is the newest. */
export interface VersionQuery<K extends KeptKind> {
  readonly kind: K;
  readonly key: string;
  readonly atRevision: number | null;
}

/**
 * A document now, or as it was at a revision. An archived flag is shown with its `archivedAtMs`; a
 * deleted segment is not found.
 */
export function readDocument<K extends "flag" | "segment">(
  state: EnvironmentState,
  history: Pick<AuthorityStore, "versionAt">,
  { kind, key, atRevision }: VersionQuery<K>,
): Result<Stored<DocumentOf[K]>, AuthorityProblem> {
  if (atRevision === null) {
    const current = currentVersion(state, kind, key);
    const shown = current !== undefined && isShown(current) && isKind(current, kind);
    return shown ? ok(storedOf<DocumentOf[K]>(current)) : err(notFound(kind, key));
  }
  const revision = knownRevision(state, atRevision);
  if (!revision.ok) return revision;
  const past = history.versionAt(kind, key, revision.value);
  return past !== null && isShown(past) && isKind(past, kind)
    ? ok(storedOf<DocumentOf[K]>(past))
    : err({ kind: "absent-at-revision", key, revision: revision.value });
}

/** Flags by key: those in use, or those in the archive. */
export function readFlags(
  { documents }: EnvironmentState,
  page: PageRequest & { readonly archived: boolean },
): Result<Page<Stored<DocumentOf["flag"]>>, AuthorityProblem> {
  const flags = sortedByKey(documents.flag);
  const asked = flags.filter(({ archivedAtMs }) => (archivedAtMs !== null) === page.archived);
  return pageByKey(asked, page, storedOf);
}

export function readSegments(
  { documents }: EnvironmentState,
  page: PageRequest,
): Result<Page<Stored<DocumentOf["segment"]>>, AuthorityProblem> {
  return pageByKey(sortedByKey(documents.segment).filter(isShown), page, storedOf);
}

/** One key by its id, revoked ones included. */
export function readKey(
  { documents }: EnvironmentState,
  id: string,
): Result<ListedKey, AuthorityProblem> {
  const key = documents.key.get(id);
  return key === undefined ? err(notFound("key", id)) : ok(listed(key));
}

/** Every key ever issued, by id, revoked ones included. */
export function readKeys(
  { documents }: EnvironmentState,
  page: PageRequest,
): Result<Page<ListedKey>, AuthorityProblem> {
  return pageByKey(sortedByKey(documents.key), page, listed);
}

/** The same for a break-glass key. */
export function readBreakGlassKey(
  { documents }: EnvironmentState,
  id: string,
): Result<ListedBreakGlassKey, AuthorityProblem> {
  const key = documents["break-glass-key"].get(id);
  return key === undefined ? err(notFound("break-glass-key", id)) : ok(listed(key));
}

export function readBreakGlassKeys(
  { documents }: EnvironmentState,
  page: PageRequest,
): Result<Page<ListedBreakGlassKey>, AuthorityProblem> {
  return pageByKey(sortedByKey(documents["break-glass-key"]), page, listed);
}

/** Every signing key, the newest last. There are as many as there were rotations, and one. */
export function readSigningKeys({
  documents,
}: EnvironmentState): readonly Stored<DocumentOf["signing-key"]>[] {
  const keys = [...documents["signing-key"].values()];
  return keys.toSorted((a, b) => a.revision - b.revision).map(storedOf);
}

function listed<K extends "key" | "break-glass-key">(key: VersionOf<K>) {
  return { ...storedOf(key), revokedAtMs: key.archivedAtMs };
}

function sortedByKey<K extends KeptKind>(
  versions: ReadonlyMap<string, VersionOf<K>>,
): readonly VersionOf<K>[] {
  return [...versions.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function isShown({ kind, archivedAtMs }: Pick<DocumentVersion, "kind" | "archivedAtMs">): boolean {
  return kind === "flag" || archivedAtMs === null;
}

function isKind<K extends KeptKind>(
  version: DocumentVersion,
  kind: K,
): version is DocumentVersion & VersionOf<K> {
  return version.kind === kind;
}

function storedOf<T>(stored: Stored<T>): Stored<T> {
  const { version, revision, document, createdAtMs, updatedAtMs, archivedAtMs } = stored;
  return { version, revision, document, createdAtMs, updatedAtMs, archivedAtMs };
}
