import type { Actor } from "../core/authority/actor.ts";

/** Who asks, for which organisation, why, and by which names the request can be found again. */
export interface Caller {
  readonly organisationId: string;
  readonly actor: Actor;
  readonly reason: string | null;
  readonly requestId: string;
  /** A command is done once under this id; the caller's own when the request may be repeated. */
  readonly commandId: string;
}
