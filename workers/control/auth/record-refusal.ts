import { auditDraft } from "../../../src/app/audit/audit-trail.ts";
import { PROBLEMS } from "../../../src/contract/problems.ts";
import { ProblemError } from "../http/problem.ts";
import type { Services } from "../services.ts";
import type { Attempt } from "./authorise.ts";
import type { Credential } from "./credential.ts";

/**
 * Writes down that somebody may not do what they attempted, whoever refused it: the route, a use
 * case, the preset, or an environment's authority. Only attempts to change something: reading what
 * one may not see is refused often and by mistake.
 */
export async function recordRefusal(
  error: unknown,
  credential: Credential,
  { action, endpoint, params, requestId }: Attempt,
  { audit, now }: Pick<Services, "audit" | "now">,
): Promise<void> {
  if (!(error instanceof ProblemError) || PROBLEMS[error.code].status !== 403) return;
  if (endpoint.method === "GET") return;
  const id = Object.values(params).join("/");
  const by = { ...credential, reason: null, requestId };
  const target = { kind: endpoint.tag, id, name: id };
  const { scope, because } = error.given.facts ?? {};
  const detail = { facts: { code: error.code, scope: scope ?? endpoint.scope, because } };
  const act = { action, outcome: "refused", target, detail, atMs: now() } as const;
  await audit.record(auditDraft(by, act));
}
