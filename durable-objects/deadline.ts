/** Says that a deadline has passed; a text, so that it can be kept where errors are kept. */
export const TOO_LATE = "no answer before the deadline";

/** What `work` brings, or `TOO_LATE` after so many milliseconds; the work goes on all the same. */
export async function orTooLate<T>(work: Promise<T>, ms: number): Promise<T | typeof TOO_LATE> {
  let stop: (() => void) | undefined;
  const deadline = new Promise<typeof TOO_LATE>((resolve) => {
    const timer = setTimeout(resolve, ms, TOO_LATE);
    stop = () => clearTimeout(timer);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    stop?.();
  }
}
