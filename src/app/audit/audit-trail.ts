import type { AuditDetail, AuditDraft, AuditOutcome, AuditTarget } from "../../core/audit/entry.ts";

/**
 * Where what happens in an organisation is recorded. A change records itself with its own store's
 * batch; this is for what changes nothing: sign-ins, refused attempts, exports.
 */
export interface AuditTrail {
  /** Rejects when it could not be recorded. */
  record(draft: AuditDraft): Promise<void>;
}

/** What a caller did, beyond who it was. */
export interface AuditedAct {
  readonly action: string;
  /** Absent: `done`. */
  readonly outcome?: AuditOutcome;
  readonly target: AuditTarget;
  /** Id; absent or `null`: not about one. */
  readonly project?: string | null;
  readonly environment?: string | null;
  readonly detail: AuditDetail;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}

/** Who did it, as the trail records it. What is done by itself has no request. */
export type AuditedCaller = Pick<AuditDraft, "organisationId" | "actor" | "reason" | "requestId">;

/** What a caller did, as the trail records it. */
export const auditDraft = (
  { organisationId, actor, reason, requestId }: AuditedCaller,
  { outcome = "done", project = null, environment = null, ...act }: AuditedAct,
): AuditDraft => ({
  organisationId,
  actor,
  reason,
  requestId,
  ...act,
  outcome,
  project,
  environment,
});
