import {
  SESSION_SECONDS,
  sessionCookie,
  sessionTokenHash,
} from "../../../src/adapters/auth/session-cookie.ts";
import { hexOf } from "../../../src/core/hash/hex.ts";
import { auditDraft } from "../../../src/app/audit/audit-trail.ts";
import { clientAddress } from "../http/rate-limit-sign-in.ts";
import type { Services } from "../services.ts";
import { authSecretOf } from "./auth-secret.ts";
import type { IdentityEnv } from "./identity-env.ts";

const TOKEN_BYTES = 32;

/** Somebody of whom we are certain, without the library: by a link, or by an identity provider. */
export interface SignIn {
  readonly personId: string;
  readonly email: string;
  /** Where it is recorded. */
  readonly organisationId: string;
  /** By what: `invitation`, `oidc` … */
  readonly method: string;
  readonly request: Request;
  readonly requestId: string;
}

/** Begins a session, records it, and returns the `Set-Cookie` that gives it to the browser. */
export async function beginSession(
  { personId, email, organisationId, method, request, requestId }: SignIn,
  env: IdentityEnv,
  { sessions, now, newId, randomBytes }: Services,
): Promise<string> {
  const secret = authSecretOf(env);
  const token = hexOf(randomBytes(TOKEN_BYTES));
  const createdAtMs = now();
  const session = {
    id: newId(),
    personId,
    tokenHash: sessionTokenHash(token),
    ipAddress: clientAddress(request, env),
    userAgent: request.headers.get("user-agent"),
    createdAtMs,
    expiresAtMs: createdAtMs + SESSION_SECONDS * 1_000,
  };
  const actor = { kind: "user", id: personId, name: email } as const;
  const draft = auditDraft(
    { organisationId, actor, reason: null, requestId },
    {
      action: "session.create",
      target: { kind: "session", id: session.id, name: email },
      detail: { facts: { method } },
      atMs: createdAtMs,
    },
  );
  await sessions.begin(session, draft);
  return sessionCookie(token, secret);
}
