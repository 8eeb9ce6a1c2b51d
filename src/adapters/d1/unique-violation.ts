/** Runs a write; `taken` when it would have made a second row under one primary or unique key. */
export async function unlessTaken<Taken extends string>(
  taken: Taken,
  write: PromiseLike<unknown>,
): Promise<"committed" | Taken> {
  try {
    await write;
    return "committed";
  } catch (error) {
    if (isUniqueViolation(error)) return taken;
    throw error;
  }
}

/** D1 reports constraint failures only as text, and drizzle wraps it in `cause`. */
function isUniqueViolation(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.message.includes("UNIQUE constraint failed")) return true;
  }
  return false;
}
