import type { Clock } from "./ports.ts";

/** Waits for the work, at most so many milliseconds; false: it was not done by then. */
export async function within(
  work: Promise<unknown>,
  ms: number,
  startTimer: Clock["startTimer"],
): Promise<boolean> {
  const timer = startTimer(ms);
  const done = await Promise.race([work.then(() => true), timer.done.then(() => false)]);
  timer.cancel();
  return done;
}
