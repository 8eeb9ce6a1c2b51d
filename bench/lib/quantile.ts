/** The number that this share of some numbers is not above; NaN when there are none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle of some numbers; NaN when there are none. */
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
