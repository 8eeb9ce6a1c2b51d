import { lte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { UpkeepStore } from "../../app/audit/upkeep.ts";
import type { ChainName } from "../../core/audit/checkpoint.ts";
import { auditUpkeep } from "./audit-schema.ts";

/** Each organisation's own chain and those of its environments; who has no row was never due. */
const DUE = `SELECT * FROM (
  SELECT o.id AS organisationId, '' AS chain, coalesce(u.due_at_ms, 0) AS dueAtMs
  FROM organisations o
  LEFT JOIN audit_upkeep u ON u.organisation_id = o.id AND u.chain = ''
  UNION ALL
  SELECT p.organisation_id, e.id, coalesce(u.due_at_ms, 0)
  FROM environments e
  JOIN projects p ON p.id = e.project_id
  LEFT JOIN audit_upkeep u ON u.organisation_id = p.organisation_id AND u.chain = e.id
) WHERE dueAtMs <= ? ORDER BY dueAtMs, organisationId, chain LIMIT ?`;

export function createD1Upkeep(d1: D1Database): UpkeepStore {
  const db = drizzle(d1);
  const target = [auditUpkeep.organisationId, auditUpkeep.chain];

  return {
    async due(nowMs, limit) {
      const found = await d1
        .prepare(DUE)
        .bind(nowMs, limit)
        .all<{ readonly organisationId: string; readonly chain: string }>();
      return found.results.map(({ organisationId, chain }) =>
        chain === ""
          ? { kind: "organisation", organisationId }
          : { kind: "environment", organisationId, environmentId: chain },
      );
    },

    async claim(chain, nowMs, untilMs) {
      const claimed = await db
        .insert(auditUpkeep)
        .values({ ...nameOf(chain), dueAtMs: untilMs })
        .onConflictDoUpdate({
          target,
          set: { dueAtMs: untilMs },
          setWhere: lte(auditUpkeep.dueAtMs, nowMs),
        })
        .returning({ chain: auditUpkeep.chain });
      return claimed.length > 0;
    },

    async dueAgain(chain, dueAtMs) {
      await db
        .insert(auditUpkeep)
        .values({ ...nameOf(chain), dueAtMs })
        .onConflictDoUpdate({ target, set: { dueAtMs: sql`excluded.due_at_ms` } });
    },
  };
}

const nameOf = (chain: ChainName) => ({
  organisationId: chain.organisationId,
  chain: chain.kind === "organisation" ? "" : chain.environmentId,
});
