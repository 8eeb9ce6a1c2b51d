import type { Grant, Target } from "../../core/access/grant.ts";
import type { Principal } from "./principal.ts";

/** Which thing a request is aimed at, by the keys in its path. */
export interface TargetName {
  readonly organisationId: string;
  readonly project: string;
  readonly environment?: string | undefined;
  readonly flag?: string | undefined;
}

export interface AccessStore {
  /**
   * All grants that hold for somebody now: their own, those of their teams, of the teams' units and
   * of everyone, and the role of a person's membership. None for a person who is no member.
   */
  grantsOf(principal: Principal): Promise<readonly Grant[]>;
  /**
   * What the grants of the target are compared with. A flag that the catalogue lacks has no tags.
   */
  target(name: TargetName): Promise<Target | "no-project" | "no-environment">;
}
