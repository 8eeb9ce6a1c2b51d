/** Runs a write; `taken` when it would have made a second row under one primary or unique key. */
export async function unlessTaken<Taken extends string>(
  taken: Taken,
  write: PromiseLike<unknown>,
): Promise<"committed" | Taken> {
  try {
    await write;
    return "committed";
  } catch (error) {
    if (isTaken(error)) return taken;
    throw error;
  }
}

/**
 * True when a write failed because a primary or unique key was taken, of which `column` is one, as
 * `table.column`. D1 reports constraint failures only as text, and drizzle wraps it in `cause`.
 */
export function isTaken(error: unknown, column = ""): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { message } = at;
    if (message.includes("UNIQUE constraint failed")) return message.includes(column);
  }
  return false;
}

/** True when a row could not be deleted because others refer to it. */
export function isReferredTo(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.message.includes("FOREIGN KEY constraint failed")) return true;
  }
  return false;
}
