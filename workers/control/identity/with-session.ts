import type { Context } from "hono";
import { auditDraft } from "../../../src/app/audit/audit-trail.ts";
import type { AuditedAct } from "../../../src/app/audit/audit-trail.ts";
import type { SessionPerson } from "../../../src/app/identity/session.ts";
import { authenticateSession } from "../auth/session.ts";
import type { AppEnv } from "../http/app-env.ts";
import type { Services } from "../services.ts";
import { nobodySignedIn } from "./library-problem.ts";

/** Records what somebody did with their own account. */
export const recordBy = (
  { organisationId, personId, sessionId, email }: SessionPerson,
  requestId: string,
  { audit, now }: Services,
  action: string,
  act: Partial<AuditedAct> = {},
): Promise<void> =>
  audit.record(
    auditDraft(
      {
        organisationId,
        actor: { kind: "user", id: personId, name: email },
        reason: null,
        requestId,
      },
      {
        action,
        target: action.startsWith("session.")
          ? { kind: "session", id: sessionId, name: email }
          : { kind: "person", id: personId, name: email },
        detail: {},
        atMs: now(),
        ...act,
      },
    ),
  );

/** The session of a request, or a `ProblemError`. */
export async function sessionOf(c: Context<AppEnv>, services: Services): Promise<SessionPerson> {
  const session = await authenticateSession(c.req.raw, c.env, services);
  if (session === undefined) throw nobodySignedIn();
  return session;
}
