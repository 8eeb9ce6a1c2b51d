import { and, desc, eq, gte, lt, sql, sum } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { UsageStore } from "../../app/events/usage-store.ts";
import { usageHourly } from "./schema.ts";

const isOf = (environmentId: string, flag: string) =>
  and(eq(usageHourly.environmentId, environmentId), eq(usageHourly.flagKey, flag));

export function createD1UsageStore(d1: D1Database): UsageStore {
  const db = drizzle(d1);

  return {
    async counts({ environmentId, flag, fromMs, toMs, periodMs }) {
      // Written into the text: as a parameter it would be another one in each clause.
      const start = sql<number>`hour_ms - hour_ms % ${sql.raw(String(Math.trunc(periodMs)))}`;
      const rows = await db
        .select({
          startMs: start,
          variation: usageHourly.variationKey,
          reason: usageHourly.reason,
          evaluations: sum(usageHourly.evaluations).mapWith(Number),
          exposures: sum(usageHourly.exposures).mapWith(Number),
        })
        .from(usageHourly)
        .where(
          and(
            isOf(environmentId, flag),
            gte(usageHourly.hourMs, fromMs),
            lt(usageHourly.hourMs, toMs),
          ),
        )
        .groupBy(start, usageHourly.variationKey, usageHourly.reason)
        .orderBy(start, usageHourly.variationKey, usageHourly.reason);
      return rows.map(({ variation, reason, ...row }) => ({
        ...row,
        variation: variation === "" ? null : variation,
        reason: reason === "" ? null : reason,
      }));
    },

    async lastSeenAtMs(environmentId, flag) {
      // An hour holds its own last moment, so the newest hour holds the newest.
      const rows = await db
        .select({ hourMs: usageHourly.hourMs, lastAtMs: usageHourly.lastAtMs })
        .from(usageHourly)
        .where(
          and(
            isOf(environmentId, flag),
            eq(
              usageHourly.hourMs,
              db
                .select({ hourMs: usageHourly.hourMs })
                .from(usageHourly)
                .where(isOf(environmentId, flag))
                .orderBy(desc(usageHourly.hourMs))
                .limit(1),
            ),
          ),
        );
      return rows.length === 0 ? null : Math.max(...rows.map(({ lastAtMs }) => lastAtMs));
    },
  };
}
