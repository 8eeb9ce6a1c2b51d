import { env } from "cloudflare:workers";
import { AuditChainVerifier } from "../../../src/core/audit/chain.ts";

/** What is wrong with the organisation's chain as it is stored; `null`: nothing. */
export async function faultInChain(organisationId = "default") {
  const { results } = await env.DB.prepare(
    "SELECT * FROM audit_log WHERE organisation_id = ? ORDER BY sequence",
  )
    .bind(organisationId)
    .all<any>();
  const verifier = new AuditChainVerifier(organisationId);
  for (const row of results) {
    const fault = verifier.add(
      {
        organisationId: row.organisation_id,
        sequence: row.sequence,
        atMs: row.at_ms,
        actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
        action: row.action,
        outcome: row.outcome,
        target: { kind: row.target_kind, id: row.target_id, name: row.target_name },
        project: row.project_id,
        environment: row.environment_id,
        reason: row.reason,
        requestId: row.request_id,
        detailHash: row.detail_hash,
        previousHash: row.previous_hash,
        hash: row.hash,
      },
      null,
    );
    if (fault !== null) return fault;
  }
  return results.length === 0 ? { sequence: 0, what: "there are no entries" } : null;
}
