import { desc, eq } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { AuditDetailState } from "../../core/audit/detail-state.ts";
import { type AuditEntry, type AuditHead, EMPTY_CHAIN } from "../../core/audit/entry.ts";
import { isRecord } from "../../core/json.ts";
import { invariant } from "../../core/result.ts";
import type { Keyring, Sealed } from "../crypto/envelope.ts";
import { auditLog } from "./audit-schema.ts";

export type AuditRow = typeof auditLog.$inferSelect;

export const toAuditRow = (entry: AuditEntry, { keyId, sealed }: Sealed): AuditRow => ({
  organisationId: entry.organisationId,
  sequence: entry.sequence,
  atMs: entry.atMs,
  actorKind: entry.actor.kind,
  actorId: entry.actor.id,
  actorName: entry.actor.name,
  action: entry.action,
  outcome: entry.outcome,
  targetKind: entry.target.kind,
  targetId: entry.target.id,
  targetName: entry.target.name,
  projectId: entry.project,
  environmentId: entry.environment,
  reason: entry.reason,
  requestId: entry.requestId,
  detailHash: entry.detailHash,
  previousHash: entry.previousHash,
  hash: entry.hash,
  detailKeyId: keyId,
  detail: sealed,
});

export const toAuditEntry = (row: AuditRow): AuditEntry => ({
  organisationId: row.organisationId,
  sequence: row.sequence,
  atMs: row.atMs,
  actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
  action: row.action,
  outcome: row.outcome,
  target: { kind: row.targetKind, id: row.targetId, name: row.targetName },
  project: row.projectId,
  environment: row.environmentId,
  reason: row.reason,
  requestId: row.requestId,
  detailHash: row.detailHash,
  previousHash: row.previousHash,
  hash: row.hash,
});

/** Binds a sealed detail to its place, so that it cannot be moved to another entry. */
export const detailContext = ({
  organisationId,
  sequence,
}: Pick<AuditEntry, "organisationId" | "sequence">): string =>
  `audit detail ${organisationId} ${sequence}`;

/** What is there of a row's detail. */
export async function detailOf(row: AuditRow, ring: Keyring): Promise<AuditDetailState> {
  const { detailKeyId: keyId, detail: sealed } = row;
  if (keyId === null || sealed === null) return { state: "erased" };
  const text = await ring.open({ keyId, sealed }, detailContext(row));
  if (text === null) return { state: "unreadable", keyId };
  const opened: unknown = JSON.parse(text);
  invariant(isRecord(opened), "a detail is sealed as an object");
  const { salt, detail } = opened;
  return typeof salt === "string" ? { state: "kept", salt, detail } : { state: "masked", detail };
}

/** What the organisation's chain ends with. */
export async function headOf(organisationId: string, db: DrizzleD1Database): Promise<AuditHead> {
  const { sequence, atMs, hash } = auditLog;
  const row = await db
    .select({ sequence, atMs, hash })
    .from(auditLog)
    .where(eq(auditLog.organisationId, organisationId))
    .orderBy(desc(sequence))
    .limit(1)
    .get();
  return row ?? EMPTY_CHAIN;
}
