import { and, asc, eq, gt, isNotNull, lte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { KeptRows } from "../../app/privacy/sweep.ts";
import { organisationCompliance, retentionProgress } from "./privacy-schema.ts";

/** Oldest first, by the index on the moment. */
const REMOVE_ANSWERS = `DELETE FROM idempotency_keys WHERE (credential_id, key) IN (
  SELECT credential_id, key FROM idempotency_keys WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`;

export function createD1KeptRows(d1: D1Database): KeptRows {
  const db = drizzle(d1);

  return {
    async organisationsWithRetention(after, limit) {
      const { organisationId: id, auditDetailDays } = organisationCompliance;
      return db
        .select({ id, auditDetailDays: sql<number>`${auditDetailDays}` })
        .from(organisationCompliance)
        .where(and(isNotNull(auditDetailDays), gt(id, after ?? "")))
        .orderBy(asc(id))
        .limit(limit);
    },

    async removeAnswersBefore(beforeMs, limit) {
      const { meta } = await d1.prepare(REMOVE_ANSWERS).bind(beforeMs, limit).run();
      return meta.changes;
    },

    async claimSweep(nowMs, everyMs) {
      const claimed = await db
        .insert(retentionProgress)
        .values({ chore: "sweep", placeAfter: null, updatedAtMs: nowMs })
        .onConflictDoUpdate({
          target: retentionProgress.chore,
          set: { updatedAtMs: nowMs },
          setWhere: lte(retentionProgress.updatedAtMs, nowMs - everyMs),
        })
        .returning({ chore: retentionProgress.chore });
      return claimed.length > 0;
    },

    async placeOf(chore) {
      const isIt = eq(retentionProgress.chore, chore);
      const row = await db.select().from(retentionProgress).where(isIt).get();
      return row?.placeAfter ?? null;
    },

    async moveTo(chore, placeAfter, updatedAtMs) {
      await db
        .insert(retentionProgress)
        .values({ chore, placeAfter, updatedAtMs })
        .onConflictDoUpdate({
          target: retentionProgress.chore,
          set: { placeAfter, updatedAtMs },
        });
    },
  };
}
