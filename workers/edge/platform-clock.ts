import type { Clock } from "./ports.ts";

/** The platform's time, which in a deployed Worker stands still between one I/O and the next. */
export const platformClock: Clock = {
  now: () => Date.now(),
  startTimer(ms) {
    let cancel: (() => void) | undefined;
    const done = new Promise<void>((resolve) => {
      const id = setTimeout(resolve, ms);
      cancel = () => clearTimeout(id);
    });
    return { done, cancel: () => cancel?.() };
  },
};
