import { and, asc, eq, sql } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import { flagEnvironments } from "./schema.ts";

/** Where a flag is, and where that is not confirmed: keys of environments, in order. */
export interface FlagPlaces {
  readonly environments: readonly string[];
  readonly pending: readonly string[];
}

/** Enters a flag's environments: one statement with four parameters for any number of them. */
export const placeFlag = (
  db: DrizzleD1Database,
  flag: { readonly projectId: string; readonly key: string },
  environments: readonly string[],
  pending: boolean,
) =>
  db
    .insert(flagEnvironments)
    .select(
      sql`SELECT ${flag.projectId}, ${flag.key}, value, ${pending ? 1 : 0}
        FROM json_each(${JSON.stringify(environments)}) WHERE true`,
    )
    .onConflictDoUpdate({
      target: [
        flagEnvironments.projectId,
        flagEnvironments.flagKey,
        flagEnvironments.environmentKey,
      ],
      set: { pending: sql`excluded.pending` },
    });

/** The places of several flags of a project, by flag key. */
export async function placesOf(
  db: DrizzleD1Database,
  projectId: string,
  keys: readonly string[],
): Promise<(key: string) => FlagPlaces> {
  const isAsked = sql`${flagEnvironments.flagKey} IN (
    SELECT value FROM json_each(${JSON.stringify(keys)}))`;
  const rows = await db
    .select()
    .from(flagEnvironments)
    .where(and(eq(flagEnvironments.projectId, projectId), isAsked))
    .orderBy(asc(flagEnvironments.environmentKey));
  return (key) => {
    const keysOf = (pending: boolean) =>
      rows
        .filter((row) => row.flagKey === key && row.pending === pending)
        .map((row) => row.environmentKey);
    return { environments: keysOf(false), pending: keysOf(true) };
  };
}
