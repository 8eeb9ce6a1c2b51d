import type { Caller } from "../../app/caller.ts";
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
