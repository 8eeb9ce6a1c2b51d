import type { AuthorityApi } from "../../core/authority/authority-api.ts";
import { cursorAfter } from "../../core/authority/page.ts";
import type { AuditReader } from "./audit-reader.ts";
import {
  logEvent,
  type LogPlace,
  recordEvent,
  type AuditedEvent,
  type PlaceNames,
} from "./audit-view.ts";

const WINDOW = 100;
const SMALLER = 4;

/** The organisation's entries after a sequence, oldest first. */
export async function organisationForward(
  organisationId: string,
  after: number,
  names: PlaceNames,
  { auditReader }: { readonly auditReader: Pick<AuditReader, "after"> },
): Promise<readonly AuditedEvent[]> {
  const records = await auditReader.after(organisationId, after, WINDOW);
  return records.map((record) => recordEvent(record, names));
}

/**
 * An environment's entries after a revision, oldest first; `null`: it refuses. Logs are read newest
 * first, and an answer ends early when its documents are many, so a window that the answer does not
 * fill down to its beginning is made smaller.
 */
export async function environmentForward(
  authority: AuthorityApi,
  after: number,
  place: LogPlace,
): Promise<readonly AuditedEvent[] | null> {
  for (let window = WINDOW; ; window = Math.max(1, Math.floor(window / SMALLER))) {
    const cursor = cursorAfter(String(after + window + 1));
    const page = await authority.log({ limit: window, cursor, document: null });
    if (!page.ok) return null;
    const news = page.value.items.filter(({ revision }) => revision > after);
    const oldest = news.at(-1);
    if (oldest === undefined || oldest.revision === after + 1) {
      return news.toReversed().map((entry) => logEvent(entry, place));
    }
  }
}
