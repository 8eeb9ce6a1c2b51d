import { entityTag, type HashedText, hashedText } from "./entity-tag.ts";

/** A bulk answer and the tag by which a client may ask whether it still holds. */
export interface BulkAnswer {
  readonly tag: string;
  /** Made on demand: a client that holds the answer already needs only the tag. */
  readonly text: () => string;
}

const OPEN = hashedText('{"flags":[');

/**
 * Puts flags' answers, sorted by flag key, into one body.
 *
 * @param askedFor hash of the context and key scope, so that another context has another tag.
 * @param flagSetId named at the top level for clients that read it there; `null` for those whose
 *   decoders refuse what they do not know.
 */
export function bulkAnswer(
  answers: readonly HashedText[],
  askedFor: HashedText,
  flagSetId: string | null,
): BulkAnswer {
  const close = flagSetId === null ? "]}" : `],"metadata":${JSON.stringify({ flagSetId })}}`;
  return {
    tag: entityTag([OPEN, ...answers, hashedText(close), askedFor]),
    text: () => OPEN.text + answers.map((answer) => answer.text).join(",") + close,
  };
}
