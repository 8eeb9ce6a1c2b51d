import { and, asc, desc, eq, gt, gte, lt, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditFilter, AuditReader, AuditRecord } from "../../app/audit/audit-reader.ts";
import type { AuditDetailState } from "../../core/audit/detail-state.ts";
import { EMPTY_CHAIN } from "../../core/audit/entry.ts";
import { isRecord } from "../../core/json.ts";
import { invariant } from "../../core/result.ts";
import type { Keyring } from "../crypto/envelope.ts";
import { type AuditRow, detailContext, toAuditEntry } from "./audit-row.ts";
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

    async head(organisationId) {
      const { sequence, atMs, hash } = auditLog;
      const newest = db
        .select({ sequence, atMs, hash })
        .from(auditLog)
        .where(eq(auditLog.organisationId, organisationId))
        .orderBy(desc(sequence));
      return (await newest.limit(1).get()) ?? EMPTY_CHAIN;
    },
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

async function detailOf(row: AuditRow, ring: Keyring): Promise<AuditDetailState> {
  const { detailKeyId: keyId, detail: sealed } = row;
  if (keyId === null || sealed === null) return { state: "erased" };
  const text = await ring.open({ keyId, sealed }, detailContext(row));
  if (text === null) return { state: "unreadable", keyId };
  const opened: unknown = JSON.parse(text);
  invariant(isRecord(opened), "a detail is sealed as an object");
  const { salt, detail } = opened;
  return typeof salt === "string" ? { state: "kept", salt, detail } : { state: "masked", detail };
}
