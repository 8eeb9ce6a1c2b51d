import { and, asc, eq, gt, isNull, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DeadLetterScan } from "../../app/privacy/privacy-store.ts";
import { deadLetters } from "./schema.ts";

/** The bodies, as `createR2DeadLetterBodies` keeps them. */
export interface LetterBodies {
  get(id: string): Promise<string | null>;
  replace(id: string, body: string): Promise<void>;
  remove(id: string): Promise<void>;
}

export function createD1DeadLetterScan(d1: D1Database, bodies: LetterBodies): DeadLetterScan {
  const db = drizzle(d1);

  return {
    async idsOf(environmentId, after, limit) {
      const rows = await db
        .select({ id: deadLetters.id })
        .from(deadLetters)
        .where(and(eq(deadLetters.environmentId, environmentId), gt(deadLetters.id, after ?? "")))
        .orderBy(asc(deadLetters.id))
        .limit(limit);
      return rows.map(({ id }) => id);
    },

    body: (id) => bodies.get(id),
    replaceBody: (id, body) => bodies.replace(id, body),

    async remove(id) {
      await bodies.remove(id);
      await db.delete(deadLetters).where(eq(deadLetters.id, id));
    },

    async idsBefore(environmentId, beforeMs, limit) {
      const isOf =
        environmentId === null
          ? isNull(deadLetters.environmentId)
          : eq(deadLetters.environmentId, environmentId);
      const rows = await db
        .select({ id: deadLetters.id })
        .from(deadLetters)
        .where(and(isOf, lt(deadLetters.setAsideAtMs, beforeMs)))
        .orderBy(asc(deadLetters.id))
        .limit(limit);
      return rows.map(({ id }) => id);
    },
  };
}
