import {
  sessionTokenHash,
  sessionTokenOf,
  hasSessionCookie,
} from "../../../src/adapters/auth/session-cookie.ts";
import type { SessionPerson } from "../../../src/app/identity/session.ts";
import { authSecretOf } from "../identity/auth-secret.ts";
import type { Services } from "../services.ts";

/**
 * Who is signed in, in which organisation; `undefined`: nobody. Asks the database every time, so
 * that a session that was ended, a person who was deactivated and a membership that was taken away
 * count at once. Throws a `ProblemError` when there is a cookie and no secret to check it with.
 */
export async function authenticateSession(
  { headers }: Request,
  env: { readonly AUTH_SECRET?: string },
  { sessions, now }: Pick<Services, "sessions" | "now">,
): Promise<SessionPerson | undefined> {
  if (!hasSessionCookie(headers)) return undefined;
  const token = await sessionTokenOf(headers, authSecretOf(env));
  return token === undefined ? undefined : sessions.find(sessionTokenHash(token), now());
}
