/**
 * Pearson's statistic of counts that should all be equal, as a z-score (Wilson–Hilferty): how
 * many standard deviations the unevenness lies above what chance gives.
 */
export function unevenness(counts: Uint32Array): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  let statistic = 0;
  for (const count of counts) statistic += (count - expected) ** 2 / expected;
  const degrees = counts.length - 1;
  const variance = 2 / (9 * degrees);
  return (Math.cbrt(statistic / degrees) - (1 - variance)) / Math.sqrt(variance);
}
