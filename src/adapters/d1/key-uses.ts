import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { KeyUseStore } from "../../app/keys/key-uses.ts";
import { sdkKeyUses } from "./schema.ts";

export function createD1KeyUses(d1: D1Database): KeyUseStore {
  const db = drizzle(d1);
  const { environmentId, keyId, lastUsedAtMs } = sdkKeyUses;
  return {
    async lastUsedAtMs(environment, keys) {
      if (keys.length === 0) return new Map();
      // One parameter carries any number of ids.
      const isAsked = sql`${keyId} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`;
      const rows = await db
        .select({ keyId, lastUsedAtMs })
        .from(sdkKeyUses)
        .where(and(eq(environmentId, environment), isAsked));
      return new Map(rows.map((row) => [row.keyId, row.lastUsedAtMs]));
    },
  };
}
