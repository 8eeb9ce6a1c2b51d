import { and, asc, eq, sql } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { TagFilter } from "../../app/catalogue/catalogue-store.ts";
import type { Tags } from "../../app/tags.ts";
import { flags } from "./schema.ts";

/** Keys of a project's flags that carry a tag, in order. */
export async function taggedFlags(
  db: DrizzleD1Database,
  projectId: string,
  { name, value }: TagFilter,
): Promise<readonly string[]> {
  // The tags are members of one JSON object. A path to one of them would have to quote its name.
  const carries = sql`EXISTS (
    SELECT 1 FROM json_each(${flags.tags}) AS tag
    WHERE tag.key = ${name} AND tag.value = COALESCE(${value ?? null}, tag.value))`;
  const rows = await db
    .select({ key: flags.key })
    .from(flags)
    .where(and(eq(flags.projectId, projectId), carries))
    .orderBy(asc(flags.key));
  return rows.map(({ key }) => key);
}

/** The tags of a project's flags, by key. */
export async function tagsOfFlags(
  db: DrizzleD1Database,
  projectId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Tags>> {
  // One parameter for them all: a statement may have no more than 100.
  const isAsked = sql`${flags.key} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`;
  const rows = await db
    .select({ key: flags.key, tags: flags.tags })
    .from(flags)
    .where(and(eq(flags.projectId, projectId), isAsked));
  return new Map(rows.map(({ key, tags }) => [key, tags]));
}
