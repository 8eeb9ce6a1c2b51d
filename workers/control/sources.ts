/** Time and chance, handed in so that a test can decide them. */
export interface Sources {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
}

export const PLATFORM_SOURCES: Sources = {
  now: () => Date.now(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
