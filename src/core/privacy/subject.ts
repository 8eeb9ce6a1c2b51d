/** The unit that an export or erasure is about. */
export interface Subject {
  /** The attribute of contexts by which it is known: usually `targetingKey`. */
  readonly attribute: string;
  readonly value: string;
}

export const UNIT_ATTRIBUTE = "targetingKey";

/** A shorter unit is part of too many words to be told from them. */
export const SHORTEST_MENTION = 6;
