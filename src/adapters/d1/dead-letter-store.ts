import { and, desc, eq, lt, or, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DeadLetterStore } from "../../app/events/dead-letter-store.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { deadLetters } from "./schema.ts";

export function createD1DeadLetterStore(d1: D1Database): DeadLetterStore {
  const db = drizzle(d1);

  return {
    async add(letter) {
      await db.insert(deadLetters).values(letter).onConflictDoNothing();
    },

    async list(page) {
      const rows = await db
        .select()
        .from(deadLetters)
        .where(isAfter(page.cursor))
        .orderBy(desc(deadLetters.setAsideAtMs), desc(deadLetters.id))
        .limit(rowsFor(page));
      return pageOfRows(rows, page, ({ setAsideAtMs, id }) => `${setAsideAtMs}.${id}`);
    },

    find: (id) => db.select().from(deadLetters).where(eq(deadLetters.id, id)).get(),

    async remove(id) {
      await db.delete(deadLetters).where(eq(deadLetters.id, id));
    },
  };
}

/** What follows a place on the list, which is the moment and id of the last letter shown. */
function isAfter(cursor: string | null): SQL | undefined {
  if (cursor === null) return undefined;
  const [moment = "", id = ""] = cursor.split(".");
  const atMs = Number(moment);
  return or(
    lt(deadLetters.setAsideAtMs, atMs),
    and(eq(deadLetters.setAsideAtMs, atMs), lt(deadLetters.id, id)),
  );
}
