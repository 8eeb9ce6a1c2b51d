import { and, asc, eq, gt, inArray, isNotNull, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditDetails } from "../../app/privacy/privacy-store.ts";
import type { Keyring } from "../crypto/envelope.ts";
import { type AuditRow, detailOf } from "./audit-row.ts";
import { auditLog } from "./audit-schema.ts";

const ERASED = { detail: null, detailKeyId: null };

/** Details of the audit log, for those who must find or erase them. The chain is not touched. */
export function createD1AuditDetails(
  d1: D1Database,
  keyring: () => Promise<Keyring>,
): AuditDetails {
  const db = drizzle(d1);

  const opened = async (row: AuditRow): Promise<unknown> => {
    const state = await detailOf(row, await keyring());
    return "detail" in state ? state.detail : undefined;
  };

  return {
    async list(organisationId, after, limit) {
      const rows = await db
        .select()
        .from(auditLog)
        .where(and(eq(auditLog.organisationId, organisationId), gt(auditLog.sequence, after)))
        .orderBy(asc(auditLog.sequence))
        .limit(limit);
      return Promise.all(
        rows.map(async (row) => ({
          sequence: row.sequence,
          atMs: row.atMs,
          action: row.action,
          head: [row.targetId, row.targetName, row.reason ?? ""],
          detail: await opened(row),
        })),
      );
    },

    async erase(organisationId, sequence) {
      await db
        .update(auditLog)
        .set(ERASED)
        .where(and(eq(auditLog.organisationId, organisationId), eq(auditLog.sequence, sequence)));
    },

    async eraseBefore(organisationId, beforeMs, limit) {
      const isOld = and(
        eq(auditLog.organisationId, organisationId),
        lt(auditLog.atMs, beforeMs),
        isNotNull(auditLog.detail),
      );
      const old = db
        .select({ sequence: auditLog.sequence })
        .from(auditLog)
        .where(isOld)
        .limit(limit);
      const erased = await db
        .update(auditLog)
        .set(ERASED)
        .where(and(eq(auditLog.organisationId, organisationId), inArray(auditLog.sequence, old)))
        .returning({ sequence: auditLog.sequence });
      return erased.length;
    },
  };
}
