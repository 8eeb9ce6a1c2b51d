import { utf8Bytes } from "../hash/utf8.ts";
import { hexOf } from "../hash/hex.ts";
import { err, ok, type Result } from "../result.ts";
import type { Page, PageRequest } from "./authority-api.ts";
import type { AuthorityProblem } from "./problem.ts";

const LONGEST_PAGE = 200;

/** The asked number of items, moved into 1 … 200. */
export function pageLimit({ limit }: PageRequest): number {
  return Number.isFinite(limit) ? Math.min(LONGEST_PAGE, Math.max(1, Math.floor(limit))) : 1;
}

/** A place in a list as opaque text. Hexadecimal, so that nobody is tempted to build one. */
export function cursorAfter(place: string): string {
  return hexOf(utf8Bytes(place));
}

/** The place of a cursor; `null`: the beginning. Places are ASCII: keys, ids and revisions. */
export function placeOf({ cursor }: PageRequest): Result<string | null, AuthorityProblem> {
  if (cursor === null) return ok(null);
  if (!/^(?:[2-7][0-9a-f]){1,1024}$/.test(cursor)) return err({ kind: "invalid-cursor", cursor });
  const codes = cursor.match(/../g) ?? [];
  return ok(codes.map((code) => String.fromCharCode(Number.parseInt(code, 16))).join(""));
}

/** One page of a list that is sorted by `key`. */
export function pageByKey<T extends { readonly key: string }, U>(
  sorted: readonly T[],
  request: PageRequest,
  toItem: (item: T) => U,
): Result<Page<U>, AuthorityProblem> {
  const place = placeOf(request);
  if (!place.ok) return place;
  const after = place.value;
  const start = after === null ? 0 : sorted.findIndex(({ key }) => key > after);
  const limit = pageLimit(request);
  const items = start === -1 ? [] : sorted.slice(start, start + limit);
  const last = items.at(-1);
  const more = last !== undefined && start + limit < sorted.length;
  return ok({ items: items.map(toItem), next: more ? cursorAfter(last.key) : null });
}
