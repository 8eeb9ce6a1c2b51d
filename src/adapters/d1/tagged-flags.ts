import { and, asc, eq, sql } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { TagFilter } from "../../app/catalogue/catalogue-store.ts";
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
