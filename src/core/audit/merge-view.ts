import { compareInView, type ViewCursor } from "./view-cursor.ts";

/** What was read of one chain, in the view's order. */
export interface ChainPart<T> {
  readonly items: readonly T[];
  /** True when the chain has older ones, which were not read. */
  readonly more: boolean;
}

export interface MergedPage<T> {
  readonly items: readonly T[];
  /** True when something follows. */
  readonly more: boolean;
}

/**
 * Merges what was read of several chains into one page. It ends where a chain was not read further,
 * because what follows there may belong before what the others have.
 */
export function mergeView<T extends ViewCursor>(
  parts: readonly ChainPart<T>[],
  limit: number,
): MergedPage<T> {
  const ends = parts.flatMap(({ items, more }) => (more ? [items.at(-1)] : []));
  const sorted = parts.flatMap(({ items }) => items).toSorted(compareInView);
  // A chain with more has at least one item, or nothing could ever follow.
  const known = sorted.findIndex((item) => ends.includes(item));
  const certain = known === -1 ? sorted : sorted.slice(0, known + 1);
  const items = certain.slice(0, limit);
  return { items, more: items.length < sorted.length || known !== -1 };
}
