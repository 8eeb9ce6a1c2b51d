import { err, ok, type Result } from "../result.ts";
import type { LogQuery, Page } from "./authority-api.ts";
import type { AuthorityStore, LogRange } from "./authority-store.ts";
import type { DocumentVersion } from "./document-version.ts";
import type { KeptKind } from "./kept-kind.ts";
import type { DocumentVersionRef, LogEntry, LogEntryView } from "./log-entry.ts";
import { cursorAfter, pageLimit, placeOf } from "./page.ts";
import type { AuthorityProblem } from "./problem.ts";

/** About what one answer holds: well under the 32 MiB that RPC carries. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** About what a change takes besides its documents: names, versions and hashes. */
const CHANGE_BYTES = 400;

type LogSource = Pick<AuthorityStore, "entriesBefore" | "version">;

/**
 * A page of the log, newest first. It ends early when its documents are many; an entry whose own
 * documents are too many for one page is shown without them.
 */
export function readLog(
  store: LogSource,
  query: LogQuery,
): Result<Page<LogEntryView>, AuthorityProblem> {
  const before = revisionOf(query);
  if (!before.ok) return before;
  const limit = pageLimit(query);
  const range = rangeOf(query, before.value, limit + 1);
  const items: LogEntryView[] = [];
  let room = PAGE_BYTES;
  let more = false;
  for (const entry of store.entriesBefore(range)) {
    const shown = items.length < limit ? withDocuments(store, entry, room) : null;
    more = shown === null && items.length > 0;
    if (more) break;
    items.push(shown?.view ?? entry);
    room -= shown?.bytes ?? PAGE_BYTES;
  }
  const last = items.at(-1);
  return ok({
    items,
    next: more && last !== undefined ? cursorAfter(String(last.revision)) : null,
  });
}

const rangeOf = (
  { document, filter = {} }: LogQuery,
  before: number | null,
  limit: number,
): LogRange => ({ before, limit, document, filter });

function revisionOf(query: LogQuery): Result<number | null, AuthorityProblem> {
  const place = placeOf(query);
  if (!place.ok) return place;
  if (place.value === null) return ok(null);
  if (/^[0-9]{1,15}$/.test(place.value)) return ok(Number(place.value));
  return err({ kind: "invalid-cursor", cursor: query.cursor ?? "" });
}

/** The entry with its documents; `null`: they do not fit the room. */
function withDocuments(
  store: LogSource,
  entry: LogEntry,
  room: number,
): { readonly view: LogEntryView; readonly bytes: number } | null {
  let bytes = entry.changes.length * CHANGE_BYTES;
  const read = (kind: KeptKind, key: string, ref: DocumentVersionRef | null): unknown => {
    const version = ref === null ? null : store.version({ kind, key, version: ref.version });
    bytes += version?.bytes ?? 0;
    return version === null ? null : shownDocument(version);
  };
  const changes: LogEntryView["changes"][number][] = [];
  for (const change of entry.changes) {
    const { kind, key, before, after } = change;
    const beforeDocument = read(kind, key, before);
    const afterDocument = read(kind, key, after);
    if (bytes > room) return null;
    changes.push({ ...change, beforeDocument, afterDocument });
  }
  return { view: { ...entry, changes }, bytes };
}

/**
 * Without the hash that keys are recognised by, which is no one's business who reads a log. The
 * change's own hash still covers it.
 */
function shownDocument(version: DocumentVersion): unknown {
  if (version.kind !== "key") return version.document;
  const { hash: _, ...shown } = version.document;
  return shown;
}
