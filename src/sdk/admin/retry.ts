/** How often and how long the client tries again. */
export interface RetryPolicy {
  /** All attempts together, the first included. */
  readonly attempts: number;
  /** The wait before the second attempt is below this, and doubles from there. */
  readonly baseMs: number;
  /** No single wait is longer, whatever the server asks for. */
  readonly longestMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 4, baseMs: 200, longestMs: 10_000 };

/**
 * How long to wait before attempt number `next` (2, 3, …): full jitter, so that clients that
 * failed together do not return together, but never sooner than the server asked for.
 */
export function waitMs(
  next: number,
  retryAfterSeconds: number,
  policy: RetryPolicy,
  random: () => number,
): number {
  const jittered = random() * policy.baseMs * 2 ** (next - 2);
  return Math.min(policy.longestMs, retryAfterSeconds * 1_000 + jittered);
}

/** No answer, too many requests, or a part that is away: the same request may succeed later. */
export const isPassing = (status: number): boolean =>
  status === 0 || status === 429 || status === 503;

/** Resolves after the wait, or at once when the signal fires. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    if (signal?.aborted === true) done();
    else signal?.addEventListener("abort", done);
  });
}
