/** Why one event of a batch was not taken. The others are not touched by it. */
export interface EventProblem {
  readonly code: EventProblemCode;
  /** For people: what is wrong, and what to do next. Holds no attribute's value. */
  readonly message: string;
}

/** Stable, for programs. */
export type EventProblemCode =
  | "not-an-object"
  | "unknown-kind"
  | "unknown-field"
  | "missing-field"
  | "invalid-field"
  | "too-large"
  /** Its id came before in the same batch; that event counts. */
  | "duplicate-id"
  | "too-old"
  | "in-the-future"
  /** Client keys only: they may not send this kind. */
  | "server-key-only"
  /** Client keys only: the batch names too many metrics. */
  | "too-many-metrics"
  /** Client keys only: no flag of that key that they may see. */
  | "flag-unknown"
  /** Client keys only: the flag has no such variation. */
  | "variation-unknown";
