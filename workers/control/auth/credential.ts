import type { Actor } from "../../../src/core/authority/actor.ts";
import type { Scope } from "../../../src/contract/scopes.ts";
import { ProblemError } from "../http/problem.ts";

/** Who a request comes from, and what that allows. */
export interface Credential {
  /** Stable; idempotency keys belong to it. */
  readonly id: string;
  readonly organisationId: string;
  readonly actor: Actor;
  readonly scopes: ReadonlySet<Scope>;
}

/** Throws a `ProblemError` when the request has no valid credentials. */
export type Authenticate<Env> = (request: Request, env: Env) => Promise<Credential>;

export function demandScope(credential: Credential, scope: Scope): void {
  if (credential.scopes.has(scope)) return;
  throw new ProblemError("auth.scope-missing", {
    detail:
      `This needs the scope ${scope}, which the credentials "${credential.actor.name}" do not ` +
      "have. Use credentials that have it.",
    facts: { scope },
  });
}
