/**
 * One thing that is wrong with a document, in words for the person who wrote it.
 * Messages say what is wrong, with the value, and what would be right.
 */
export interface Issue {
  /** JSON Pointer (RFC 6901) into the document, such as `/rules/0/if/value`; `""` is the whole. */
  readonly path: string;
  /** Stable, dotted, for programs: `condition.unknown-operator`. */
  readonly code: string;
  readonly message: string;
}
