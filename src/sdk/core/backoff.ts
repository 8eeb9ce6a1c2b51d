/** How long to wait before trying again. All in milliseconds. */
export interface BackoffSettings {
  /** The first wait is a random part of this; the next of twice as much, and so on. */
  readonly baseMs: number;
  /** No wait is longer. */
  readonly mostMs: number;
}

export const BACKOFF: BackoffSettings = { baseMs: 500, mostMs: 30_000 };

/** The longest wait after so many failures in a row, of which a random part is waited. */
export function backoffWindowMs(failures: number, { baseMs, mostMs }: BackoffSettings): number {
  return Math.min(mostMs, baseMs * 2 ** Math.max(0, failures - 1));
}
