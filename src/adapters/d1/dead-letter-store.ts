import { and, desc, eq, isNull, or, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type {
  DeadLetterList,
  DeadLetterStore,
  LetterReach,
} from "../../app/events/dead-letter-store.ts";
import type { AuditLog } from "./audit-log.ts";
import { isAfterPlace, pageOfRows, placeOf, rowsFor } from "./page.ts";
import { deadLetters, environments, projects } from "./schema.ts";

export function createD1DeadLetterStore(d1: D1Database): DeadLetterStore {
  const db = drizzle(d1);

  return {
    async add(letter) {
      await db.insert(deadLetters).values(letter).onConflictDoNothing();
    },
  };
}

export function createD1DeadLetterList(d1: D1Database, audit: AuditLog): DeadLetterList {
  const db = drizzle(d1);
  const lettersWhere = (isIt: SQL | undefined) =>
    db
      .select({ letter: deadLetters })
      .from(deadLetters)
      .leftJoin(environments, eq(environments.id, deadLetters.environmentId))
      .leftJoin(projects, eq(projects.id, environments.projectId))
      .where(isIt);

  return {
    async page(reach, page) {
      const { setAsideAtMs, id } = deadLetters;
      const rows = await lettersWhere(
        and(isWithin(reach), isAfterPlace(page.cursor, setAsideAtMs, id)),
      )
        .orderBy(desc(setAsideAtMs), desc(id))
        .limit(rowsFor(page));
      const letters = rows.map(({ letter }) => letter);
      return pageOfRows(letters, page, (letter) => placeOf(letter.setAsideAtMs, letter.id));
    },

    async find(reach, id) {
      const row = await lettersWhere(and(isWithin(reach), eq(deadLetters.id, id))).get();
      return row?.letter;
    },

    async remove(id, draft) {
      await audit.commitWithEntry(draft, [db.delete(deadLetters).where(eq(deadLetters.id, id))]);
    },
  };
}

function isWithin({ organisationId, strays }: LetterReach): SQL | undefined {
  const isOfThem = eq(projects.organisationId, organisationId);
  return strays ? or(isOfThem, isNull(environments.id)) : isOfThem;
}
