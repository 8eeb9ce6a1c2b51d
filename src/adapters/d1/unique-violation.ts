/** Runs a write; `taken` when it would have made a second row under one key, as `isTaken` has it. */
export async function unlessTaken<Taken extends string>(
  taken: Taken,
  write: PromiseLike<unknown>,
  column = "",
): Promise<"committed" | Taken> {
  try {
    await write;
    return "committed";
  } catch (error) {
    if (isTaken(error, column)) return taken;
    throw error;
  }
}

/**
 * True when a write failed because a primary or unique key was taken, of which `column` is one, as
 * `table.column`.
 */
export const isTaken = (error: unknown, column = ""): boolean =>
  says(error, "UNIQUE constraint failed", column);

/** True when a row could not be deleted because others refer to it. */
export const isReferredTo = (error: unknown): boolean =>
  says(error, "FOREIGN KEY constraint failed");

/** True when a write would have put a null into a column, `table.column`, that takes none. */
export const isNull = (error: unknown, column: string): boolean =>
  says(error, "NOT NULL constraint failed", column);

/** D1 reports failures of constraints only as text, and drizzle wraps it in `cause`. */
function says(error: unknown, what: string, column = ""): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.message.includes(what)) return at.message.includes(column);
  }
  return false;
}
