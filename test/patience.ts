/** Ends a wait for what never comes, in milliseconds. A busy machine may stand still for seconds. */
export const PATIENCE_MS = 20_000;

/** For tests of a real deadline: who stands still for longer gets what is right then, and not what is asked for. */
export const TRIES = { retry: 3 };
