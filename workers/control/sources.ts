/** Time and chance, handed in so that a test can decide them. */
export interface Sources {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
}
