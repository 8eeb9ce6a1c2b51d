import { and, eq, lt, or, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";

/** How many rows to read: one more than asked for tells whether a page follows. */
export const rowsFor = (page: PageRequest): number => page.limit + 1;

/** Cuts the rows read for a page to size; the cursor is the last key on it. */
export function pageOfRows<T>(
  rows: readonly T[],
  page: PageRequest,
  keyOf: (row: T) => string,
): Page<T> {
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return { items, next: rows.length > page.limit && last !== undefined ? keyOf(last) : null };
}

/** A place on a list that shows the newest first: the moment and id of a row. */
export const placeOf = (atMs: number, id: string): string => `${atMs}.${id}`;

/** What follows a place on such a list, whose rows have these moments and ids. */
export function isAfterPlace(
  cursor: string | null,
  atMs: SQLiteColumn,
  id: SQLiteColumn,
): SQL | undefined {
  if (cursor === null) return undefined;
  const [moment = "", lastId = ""] = cursor.split(".");
  const lastMs = Number(moment);
  return or(lt(atMs, lastMs), and(eq(atMs, lastMs), lt(id, lastId)));
}
