/** Does `work` for each item, so many at a time; the results are in the order of the items. */
export async function inTurns<T, U>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<U>,
): Promise<readonly U[]> {
  const results: U[] = [];
  for (let from = 0; from < items.length; from += atATime) {
    results.push(...(await Promise.all(items.slice(from, from + atATime).map(work))));
  }
  return results;
}
