import { and, asc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { PrivacyRequestStore } from "../../app/privacy/privacy-store.ts";
import { toRequest } from "./privacy-request-row.ts";
import { privacyRequests } from "./privacy-schema.ts";

/** Whoever runs it meanwhile finds another version, and writes nothing down. */
const ended = (atMs: number) => ({
  expiredAtMs: atMs,
  state: "done" as const,
  leaseUntilMs: 0,
  version: sql<number>`${privacyRequests.version} + 1`,
});

/** Exports that must go: those that are old, and those of a unit that is erased. */
export function privacyExports(
  db: DrizzleD1Database,
): Pick<PrivacyRequestStore, "expiring" | "exportsOf" | "markExpired" | "withdraw"> {
  return {
    async expiring({ finishedBeforeMs, createdBeforeMs }, limit) {
      const isLongDone = lt(privacyRequests.finishedAtMs, finishedBeforeMs);
      const isGivenUp = and(
        isNull(privacyRequests.finishedAtMs),
        lt(privacyRequests.createdAtMs, createdBeforeMs),
      );
      const rows = await db
        .select()
        .from(privacyRequests)
        .where(
          and(
            eq(privacyRequests.kind, "export"),
            isNull(privacyRequests.expiredAtMs),
            or(isLongDone, isGivenUp),
          ),
        )
        .orderBy(asc(privacyRequests.updatedAtMs))
        .limit(limit);
      return rows.map(toRequest);
    },

    async exportsOf({ organisationId, unit, attribute }, after, limit) {
      if (unit === null) return [];
      const rows = await db
        .select()
        .from(privacyRequests)
        .where(
          and(
            eq(privacyRequests.organisationId, organisationId),
            eq(privacyRequests.kind, "export"),
            eq(privacyRequests.unit, unit),
            eq(privacyRequests.attribute, attribute),
            gt(privacyRequests.id, after ?? ""),
          ),
        )
        .orderBy(asc(privacyRequests.id))
        .limit(limit);
      return rows.map(toRequest);
    },

    async markExpired({ id }, atMs) {
      await db
        .update(privacyRequests)
        .set({ ...ended(atMs), unit: null })
        .where(eq(privacyRequests.id, id));
    },

    async withdraw({ id }, atMs) {
      await db.update(privacyRequests).set(ended(atMs)).where(eq(privacyRequests.id, id));
    },
  };
}
