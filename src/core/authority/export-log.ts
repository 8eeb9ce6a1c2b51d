import { utf8Length } from "../hash/utf8.ts";
import type { LogExportPage, LogExportRange } from "./authority-api.ts";
import type { AuthorityStore } from "./authority-store.ts";
import type { ExportedLogEntry, LogEntry, MadeDocument } from "./log-entry.ts";

/** About what one answer holds: well under the 32 MiB that RPC carries. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** About what a change takes besides its document. */
const CHANGE_BYTES = 400;
const MOST_ENTRIES = 200;
/** An entry whose documents are more than this together is exported without them. */
const LARGEST_ENTRY_BYTES = 16 * 1024 * 1024;

const WITHHELD: MadeDocument = { withheld: true };

/** The entries after a revision with the texts that they made, as many as one answer carries. */
export function exportLog(
  store: Pick<AuthorityStore, "entriesAfter" | "storedText">,
  { after, limit }: LogExportRange,
): LogExportPage {
  const items: ExportedLogEntry[] = [];
  let room = PAGE_BYTES;
  for (const entry of store.entriesAfter(after, Math.min(limit, MOST_ENTRIES))) {
    const { exported, bytes } = withTexts(store, entry);
    if (bytes > room && items.length > 0) break;
    items.push(exported);
    room -= bytes;
  }
  return { items };
}

function withTexts(store: Pick<AuthorityStore, "storedText">, entry: LogEntry) {
  let bytes = 0;
  const made: MadeDocument[] = [];
  for (const { kind, key, after } of entry.changes) {
    bytes += CHANGE_BYTES;
    // A key's document holds the hash by which it is recognised, which is no reader's business.
    const stored = kind === "key" ? null : store.storedText({ kind, key, version: after.version });
    bytes += stored === null ? 0 : utf8Length(stored.body);
    const fits = bytes <= LARGEST_ENTRY_BYTES;
    made.push(
      stored === null || !fits ? WITHHELD : { archived: stored.archived, body: stored.body },
    );
  }
  return { exported: { entry, made }, bytes };
}
