import type { AuditEntry } from "../../core/audit/entry.ts";
import type { Sealed } from "../crypto/envelope.ts";
import type { auditLog } from "./audit-schema.ts";

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
