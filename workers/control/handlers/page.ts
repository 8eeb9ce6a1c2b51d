import type { Page, PageRequest } from "../../../src/core/authority/authority-api.ts";
import { cursorAfter, placeOf } from "../../../src/core/authority/page.ts";
import { appProblem, valueOf } from "../http/app-problem.ts";

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/** For lists of the authority, which makes and checks its cursors itself. */
export const pageRequest = (query: PageQuery): PageRequest => ({
  limit: query.limit,
  cursor: query.cursor ?? null,
});

/**
 * For lists of the catalogue, where a page begins after a key: told apart from what never was one.
 * `places`: what all places of the list look like, so that another list's cursor is no empty page.
 */
export function keyPageRequest(query: PageQuery, places?: RegExp): PageRequest {
  const place = valueOf(placeOf(pageRequest(query)));
  if (place !== null && places?.test(place) === false) {
    throw appProblem({ kind: "invalid-cursor", cursor: query.cursor ?? "" });
  }
  return { limit: query.limit, cursor: place };
}

/** The answer of such a list; outside, the key is as opaque as any cursor. */
export const keyPage = <T, U>({ items, next }: Page<T>, toItem: (item: T) => U) => ({
  items: items.map(toItem),
  next: next === null ? null : cursorAfter(next),
});
