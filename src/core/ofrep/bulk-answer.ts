import type { HashWords } from "../hash/murmur3.ts";
import { entityTag, type HashedText, hashedText } from "./entity-tag.ts";
import { eventStreamsText } from "./event-streams.ts";
import type { TextSheet } from "./text-sheet.ts";

/** A bulk answer and the tag by which a client may ask whether it still holds. */
export interface BulkAnswer {
  readonly tag: string;
  /**
   * Made on demand: a client that holds the answer already needs only the tag. What it gives holds
   * until the next answer's is made, so that it is asked when a `Response` is made, which has a copy.
   */
  readonly bytes: () => Uint8Array<ArrayBuffer>;
}

const OPEN = hashedText('{"flags":[');

/** For clients whose decoders refuse what they do not know. */
export const PLAIN_CLOSE = hashedText("]}");

/**
 * What comes after the flags for clients that read it there, the same for all of a key.
 *
 * @param streamUrl where they hear of changes.
 */
export function fullClose(flagSetId: string, streamUrl: string): HashedText {
  const metadata = JSON.stringify({ flagSetId });
  return hashedText(`],"metadata":${metadata},"eventStreams":${eventStreamsText(streamUrl)}}`);
}

/**
 * Puts flags' answers, sorted by flag key, into one body.
 *
 * @param texts where the answers are, as `listedText` makes them.
 * @param numbers which of them.
 * @param askedFor hash of the context and key scope, so that another context has another tag.
 * @param close what comes after the flags, and is covered by the tag like them.
 */
export function bulkAnswer(
  texts: TextSheet,
  numbers: readonly number[],
  askedFor: Readonly<HashWords>,
  close: HashedText,
): BulkAnswer {
  return {
    tag: entityTag(texts.wordsOf(numbers), close, askedFor),
    bytes: () => texts.join(OPEN, numbers, close),
  };
}
