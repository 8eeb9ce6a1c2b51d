import { cannotGive, cannotLift } from "../../core/access/handing-on.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { grantOf } from "../access/given-grant.ts";
import type { GivenGrant, GrantStore } from "../access/given-grant.ts";
import type { Caller } from "../caller.ts";
import type { Team, TeamStore } from "./team.ts";

export interface TeamAccessDeps {
  readonly teams: Pick<TeamStore, "has">;
  readonly grants: Pick<GrantStore, "hangingOn">;
}

/** What people in the team have by it, and by the unit that it is part of. */
export function grantsOfTeam(
  { organisationId, id, unit }: Team,
  { grants }: Pick<TeamAccessDeps, "grants">,
): Promise<readonly GivenGrant[]> {
  const ofUnit = unit === null ? [] : ([{ kind: "unit", id: unit.id }] as const);
  return grants.hangingOn(organisationId, [{ kind: "team", id }, ...ofUnit]);
}

/** What the caller lacks to have people get all of these grants. */
export const cannotBring = (given: readonly GivenGrant[], { access }: Caller) =>
  cannotGive(access, given.filter(({ effect }) => effect === "allow").map(grantOf));

/** What the caller lacks to have people lose all of these grants. */
export function cannotRelease(
  lost: readonly GivenGrant[],
  { access, organisationId }: Caller,
  isOwn: boolean,
): readonly Scope[] {
  const denies = lost.filter(({ effect }) => effect === "deny").map(grantOf);
  return cannotLift(access, denies, { organisationId, isOwn });
}

/** Whether the caller is in the team, and so bound by what hangs on it. */
export const isIn = (team: Team, { actor }: Caller, { teams }: Pick<TeamAccessDeps, "teams">) =>
  actor.kind === "user" ? teams.has(team, actor.id) : Promise.resolve(false);
