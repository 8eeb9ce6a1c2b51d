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
