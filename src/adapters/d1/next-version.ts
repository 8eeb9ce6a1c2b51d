import { sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";

/**
 * What an update sets a `NOT NULL` version column to. When another writer took the version first,
 * that is null, so that the whole batch fails; see `isStale`.
 */
export const nextVersion = (column: SQLiteColumn, version: number): SQL<number> =>
  sql<number>`CASE WHEN ${column} = ${version - 1} THEN ${version} END`;

/** True when a write failed because the version it was made from had been changed. */
export function isStale(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (/NOT NULL constraint failed: \w+\.version/.test(at.message)) return true;
  }
  return false;
}

/** Runs a write that sets `nextVersion`; `raced` when another writer took the version first. */
export async function unlessStale(write: PromiseLike<unknown>): Promise<"committed" | "raced"> {
  try {
    await write;
    return "committed";
  } catch (error) {
    if (isStale(error)) return "raced";
    throw error;
  }
}
