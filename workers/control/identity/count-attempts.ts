import {
  messageAttempts,
  sessionAttempts,
  signInAttempts,
  takeAttempt,
} from "../../../src/app/identity/attempts.ts";
import type { Limited } from "../../../src/app/identity/attempts.ts";
import type { SessionPerson } from "../../../src/app/identity/session.ts";
import type { UnknownRecord } from "../../../src/core/json.ts";
import { ProblemError } from "../http/problem.ts";
import { clientNetwork } from "../http/rate-limit-sign-in.ts";
import type { Services } from "../services.ts";
import type { IdentityEnv } from "./identity-env.ts";
import type { Counted } from "./library-routes.ts";

export interface Attempt {
  readonly request: Request;
  readonly env: IdentityEnv;
  readonly body: UnknownRecord;
  readonly session: SessionPerson | undefined;
}

/** What an attempt counts against. */
export function limitsOf(counted: Counted, { request, env, body, session }: Attempt): Limited {
  const email = typeof body["email"] === "string" ? body["email"] : "";
  if (counted === "sign-in") return signInAttempts(email, clientNetwork(request, env));
  return counted === "session" ? sessionAttempts(session?.personId ?? "") : messageAttempts(email);
}

/** Counts an attempt; throws a `ProblemError` when it is one too many. */
export async function demandAttempt(limited: Limited, services: Services): Promise<void> {
  const waitMs = await takeAttempt(limited, services);
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1_000);
  throw new ProblemError("sign-in.too-many-attempts", {
    detail: `There were too many attempts. Try again in ${Math.ceil(seconds / 60)} minutes.`,
    headers: { "retry-after": String(seconds) },
  });
}
