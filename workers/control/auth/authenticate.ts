import { isAboveProviders } from "../../../src/app/identity/above-providers.ts";
import type { SessionPerson } from "../../../src/app/identity/session.ts";
import type { ControlEnv } from "../env.ts";
import type { Services } from "../services.ts";

import { ProblemError } from "../http/problem.ts";
import { demandSession } from "../compliance.ts";
import type { Authenticate, Credential } from "./credential.ts";
import { authenticateAccess } from "./access-token.ts";
import { authenticateToken } from "./management-token.ts";
import { authenticateSession } from "./session.ts";

/**
 * Who a request comes from. A header that was sent on purpose goes before a cookie that came along
 * by itself; it decides even when it is wrong, so that nobody acts as another than they meant to.
 */
export const authenticate: Authenticate<ControlEnv> = async (request, env, services) => {
  if (request.headers.has("authorization")) return authenticateToken(request, env, services);
  const person = await authenticateSession(request, env, services);
  if (person !== undefined) return credentialOfSession(person, services);
  const letThrough = await authenticateAccess(request, env, services);
  return letThrough ?? authenticateToken(request, env, services);
};

/** A session may do what its person may, in the organisation that it is in. */
async function credentialOfSession(
  session: SessionPerson,
  services: Services,
): Promise<Credential> {
  await demandSession(session, services);
  const { sessionId, personId, name, organisationId } = session;
  const grants = await services.access.grantsOf({ kind: "person", id: personId, organisationId });
  if (session.byProvider && (await isAboveProviders(grants, organisationId, services.access))) {
    throw new ProblemError("auth.above-provider", {
      detail:
        "Owners, and whoever else may do more than an admin, do so only when they signed in with " +
        "their password, not by an identity provider. Sign in with it; a reset can set one.",
    });
  }
  return {
    id: `session:${sessionId}`,
    organisationId,
    actor: { kind: "user", id: personId, name },
    access: { grants, ceiling: null },
  };
}
