import type { Access } from "../core/access/grant.ts";
import type { Actor } from "../core/authority/actor.ts";

/** Who asks, for which organisation, why, and by which names the request can be found again. */
export interface Caller {
  readonly organisationId: string;
  readonly actor: Actor;
  /** What they may do, for use cases that reach further than the path of the request says. */
  readonly access: Access;
  /** What they may do where the path of the request leads, as authorities are told it. */
  readonly permits: Access;
  readonly reason: string | null;
  readonly requestId: string;
  /** A command is done once under this id; the caller's own when the request may be repeated. */
  readonly commandId: string;
}
