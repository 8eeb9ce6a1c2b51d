import { auditDraft } from "../../app/audit/audit-trail.ts";
import type { PrivacyRequest } from "../../app/privacy/privacy-request.ts";
import type { privacyRequests } from "./privacy-schema.ts";

type Row = typeof privacyRequests.$inferSelect;

export function toRequest({ actorKind, actorId, actorName, ...row }: Row): PrivacyRequest {
  return { ...row, actor: { kind: actorKind, id: actorId, name: actorName } };
}

export function toRow({ actor, environments: named, report, ...request }: PrivacyRequest): Row {
  return {
    ...request,
    environments: [...named],
    report: [...report],
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
  };
}

/** Without the unit: the audit log must not keep what an erasure erases. */
export const requestDraft = (
  verb: "create" | "finish",
  request: PrivacyRequest,
  by: Parameters<typeof auditDraft>[0],
) =>
  auditDraft(
    { ...by, reason: request.reason },
    {
      action: `privacy-request.${verb}`,
      target: { kind: "privacy-request", id: request.id, name: request.kind },
      detail: {
        facts: {
          kind: request.kind,
          attribute: request.attribute,
          environments: request.environments.map(({ id }) => id),
          ...(verb === "finish" && { report: request.report }),
        },
      },
      atMs: request.updatedAtMs,
    },
  );
