import type { Page, PageRequest } from "../../../src/core/authority/authority-api.ts";
import { cursorAfter, placeOf } from "../../../src/core/authority/page.ts";
import { valueOf } from "../http/app-problem.ts";

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/** For lists of the authority, which makes and checks its cursors itself. */
export const pageRequest = (query: PageQuery): PageRequest => ({
  limit: query.limit,
  cursor: query.cursor ?? null,
});

/** For lists of the catalogue, where a page begins after a key: told apart from what never was one. */
export const keyPageRequest = (query: PageQuery): PageRequest => ({
  limit: query.limit,
  cursor: valueOf(placeOf(pageRequest(query))),
});

/** The answer of such a list; outside, the key is as opaque as any cursor. */
export const keyPage = <T, U>({ items, next }: Page<T>, toItem: (item: T) => U) => ({
  items: items.map(toItem),
  next: next === null ? null : cursorAfter(next),
});
