import { inArray, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AttemptStore } from "../../app/identity/attempts.ts";
import { attempts } from "./identity-schema.ts";

export function createD1AttemptStore(d1: D1Database): AttemptStore {
  const db = drizzle(d1);

  return {
    async count(key, windowMs, nowMs) {
      const windowEndsMs = nowMs + windowMs;
      const [, counted] = await db.batch([
        db.delete(attempts).where(lt(attempts.windowEndsMs, nowMs)),
        db
          .insert(attempts)
          .values({ key, count: 1, windowEndsMs })
          .onConflictDoUpdate({ target: attempts.key, set: { count: sql`${attempts.count} + 1` } })
          .returning({ count: attempts.count, windowEndsMs: attempts.windowEndsMs }),
      ]);
      return counted[0] ?? { count: 1, windowEndsMs };
    },

    async forget(keys) {
      if (keys.length > 0) await db.delete(attempts).where(inArray(attempts.key, [...keys]));
    },
  };
}
