/**
 * Cuts a list into runs of at most `most` items whose sizes sum to at most `limit`; one item that
 * is larger is alone.
 */
export function inGroups<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  limit: number,
  most = Number.POSITIVE_INFINITY,
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let open: T[] = [];
  let size = 0;
  for (const item of items) {
    const itemSize = sizeOf(item);
    if (open.length > 0 && (open.length === most || size + itemSize > limit)) {
      groups.push(open);
      open = [];
      size = 0;
    }
    open.push(item);
    size += itemSize;
  }
  if (open.length > 0) groups.push(open);
  return groups;
}
