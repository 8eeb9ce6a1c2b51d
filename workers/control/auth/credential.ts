import type { Access } from "../../../src/core/access/grant.ts";
import type { Actor } from "../../../src/core/authority/actor.ts";
import type { Services } from "../services.ts";

/** Who a request comes from, and what that allows. */
export interface Credential {
  /** Stable; idempotency keys belong to it. */
  readonly id: string;
  readonly organisationId: string;
  /** Of kind `user`: a person, whose id it carries. */
  readonly actor: Actor;
  readonly access: Access;
}

/** Throws a `ProblemError` when the request has no valid credentials. */
export type Authenticate<Env> = (
  request: Request,
  env: Env,
  services: Services,
) => Promise<Credential>;
