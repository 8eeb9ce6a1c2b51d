import { and, asc, desc, eq, gt, gte, lt, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditFilter, AuditReader, AuditRecord } from "../../app/audit/audit-reader.ts";
import type { Keyring } from "../crypto/envelope.ts";
import { type AuditRow, detailOf, headOf, toAuditEntry } from "./audit-row.ts";
import { auditLog } from "./audit-schema.ts";

export function createD1AuditReader(d1: D1Database, keyring: () => Promise<Keyring>): AuditReader {
  const db = drizzle(d1);
  const toRecords = async (rows: readonly AuditRow[]): Promise<readonly AuditRecord[]> => {
    const ring = await keyring();
    return Promise.all(
      rows.map(async (row) => ({ entry: toAuditEntry(row), detail: await detailOf(row, ring) })),
    );
  };

  return {
    async before(organisationId, filter, { before, limit }) {
      const isIn = and(
        eq(auditLog.organisationId, organisationId),
        before === null ? undefined : lt(auditLog.sequence, before),
        isWanted(filter),
      );
      const query = db.select().from(auditLog).where(isIn).orderBy(desc(auditLog.sequence));
      return toRecords(await query.limit(limit));
    },

    async after(organisationId, sequence, limit) {
      const isIn = and(
        eq(auditLog.organisationId, organisationId),
        gt(auditLog.sequence, sequence),
      );
      const query = db.select().from(auditLog).where(isIn).orderBy(asc(auditLog.sequence));
      return toRecords(await query.limit(limit));
    },

    head: (organisationId) => headOf(organisationId, db),
  };
}

function isWanted(filter: AuditFilter) {
  const { actorId, action, outcome, flag, project, environment, fromMs, untilMs } = filter;
  return and(
    actorId === undefined ? undefined : eq(auditLog.actorId, actorId),
    action === undefined ? undefined : eq(auditLog.action, action),
    outcome === undefined ? undefined : eq(auditLog.outcome, outcome),
    flag === undefined
      ? undefined
      : and(eq(auditLog.targetKind, "flag"), eq(auditLog.targetName, flag)),
    project === undefined ? undefined : eq(auditLog.projectId, project),
    environment === undefined ? undefined : eq(auditLog.environmentId, environment),
    fromMs === undefined ? undefined : gte(auditLog.atMs, fromMs),
    untilMs === undefined ? undefined : lte(auditLog.atMs, untilMs),
  );
}
