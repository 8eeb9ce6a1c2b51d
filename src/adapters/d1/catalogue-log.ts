import { auditDraft } from "../../app/audit/audit-trail.ts";
import type { Caller } from "../../app/caller.ts";
import type { AuditDraft, AuditTarget } from "../../core/audit/entry.ts";
import { canonicalJson } from "../../core/json.ts";
import type { catalogueLog } from "./schema.ts";

/** The log's row for one version of a thing: what it became, who made it so, and why. */
export function logRow(
  kind: "project" | "environment" | "flag",
  targetId: string,
  after: { readonly version: number; readonly updatedAtMs: number },
  caller: Caller,
): typeof catalogueLog.$inferInsert {
  return {
    kind,
    targetId,
    version: after.version,
    organisationId: caller.organisationId,
    atMs: after.updatedAtMs,
    actorKind: caller.actor.kind,
    actorId: caller.actor.id,
    actorName: caller.actor.name,
    reason: caller.reason,
    requestId: caller.requestId,
    document: canonicalJson(after),
  };
}

/** What is recorded of a change of the catalogue: the thing before and after; `null`: none. */
export function catalogueDraft(
  action: string,
  about: {
    readonly target: AuditTarget;
    readonly project: string;
    readonly environment?: string;
  },
  change: { readonly before: object | null; readonly after: object | null; readonly atMs: number },
  caller: Caller,
): AuditDraft {
  const { before, after, atMs } = change;
  return auditDraft(caller, { action, ...about, detail: { before, after }, atMs });
}
