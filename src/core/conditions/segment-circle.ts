/**
 * The way from one segment to another along references, both included; `null`: there is none.
 * Segments in `deadEnds` are known not to lead there. A search that fails adds all it has seen, so
 * that several searches for the same segment together look at each reference once.
 */
export function wayBack(
  from: string,
  to: string,
  referencesOf: (key: string) => readonly string[],
  deadEnds: Set<string>,
): readonly string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]]);
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === to) return wayTo(to, cameFrom);
    if (deadEnds.has(key)) continue;
    for (const reference of referencesOf(key)) {
      if (cameFrom.has(reference)) continue;
      cameFrom.set(reference, key);
      open.push(reference);
    }
  }
  for (const key of cameFrom.keys()) deadEnds.add(key);
  return null;
}

function wayTo(end: string, cameFrom: ReadonlyMap<string, string | null>): readonly string[] {
  const way = [end];
  for (let key = cameFrom.get(end); typeof key === "string"; key = cameFrom.get(key)) {
    way.unshift(key);
  }
  return way;
}
