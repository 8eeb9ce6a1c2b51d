/** Flags' answers as JSON texts, by flag key. */
export type AnswerTable = ReadonlyMap<string, string>;

/**
 * The `ClientFrame` that brings a client from what it was sent to what holds now, as a text; `null`:
 * there is nothing to say. `before` is `null` when it was sent nothing yet; `isAsked`: it waits for an
 * answer, also if that is that nothing has changed.
 */
export function valuesFrame(
  revision: number,
  before: AnswerTable | null,
  after: AnswerTable,
  isAsked: boolean,
): string | null {
  const flags: string[] = [];
  for (const [key, text] of after) if (before?.get(key) !== text) flags.push(text);
  const removed = [...(before?.keys() ?? [])].filter((key) => !after.has(key));
  if (!isAsked && flags.length === 0 && removed.length === 0) return null;
  const gone = JSON.stringify(removed);
  return `{"type":"values","revision":${revision},"complete":${before === null},"flags":[${flags.join(",")}],"removed":${gone}}`;
}
