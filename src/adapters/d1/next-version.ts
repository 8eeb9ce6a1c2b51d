import { sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { isNull } from "./unique-violation.ts";

/**
 * What an update sets a `NOT NULL` version column to. When another writer took the version first,
 * that is null, so that the whole batch fails; see `isStale`.
 */
export const nextVersion = (column: SQLiteColumn, version: number): SQL<number> =>
  sql<number>`CASE WHEN ${column} = ${version - 1} THEN ${version} END`;

/** True when a write failed because the version it was made from had been changed. */
export const isStale = (error: unknown): boolean => isNull(error, ".version");

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
