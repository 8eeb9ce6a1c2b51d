/** Lengths in characters. Long ones are better than odd ones, so nothing else is asked of them. */
export const PASSWORD = { shortest: 12, longest: 128 } as const;
