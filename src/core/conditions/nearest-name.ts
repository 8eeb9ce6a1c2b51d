/** Longer names are not typing slips, and comparing them would cost more than the hint is worth. */
const LONGEST_NAME = 64;

/**
 * The known name that a misspelt one most likely meant, for "did you mean …?".
 *
 * Letter case, `_`, `-` and spaces do not count. At most a third of the letters may differ, and
 * of equally near names the first one wins; `undefined` when nothing is near enough.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const wanted = plain(name);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > LONGEST_NAME) continue;
    const distance = editDistance(wanted, plain(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Ends a message about an unknown name: "did you mean" the nearest known one.
 *
 * @param otherwise what is said when none is near enough; all that are known, if nothing is given.
 */
export function hintOf(
  name: string,
  known: Iterable<string>,
  otherwise = `known are ${[...known].join(", ")}`,
): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? otherwise : `did you mean ${JSON.stringify(nearest)}?`;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, "");
}

/**
 * Optimal string alignment: insertions, deletions, substitutions and swaps of two neighbours.
 * Gives up and answers `limit` as soon as the distance cannot be below it.
 */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let distance = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      if (row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        distance = Math.min(distance, at(beforeLast, column - 2) + 1);
      }
      current.push(distance);
      least = Math.min(least, distance);
    }
    if (least >= limit) return limit;
    beforeLast = last;
    last = current;
  }
  return Math.min(limit, at(last, to.length));
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
