import type { Result } from "../../core/result.ts";
import type { NotThere, ThereAlready } from "../access/problem.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import { insertKeyed } from "../keyed.ts";
import { unitNamed } from "../units/unit-named.ts";
import type { UnitStore } from "../units/unit.ts";
import type { Team, TeamStore } from "./team.ts";

export interface CreateTeamInput {
  readonly key: string;
  readonly name: string;
  /** Key of the unit that it is part of; `null`: none. */
  readonly unit: string | null;
  readonly caller: Caller;
}

export interface CreateTeamDeps {
  readonly teams: Pick<TeamStore, "insert">;
  readonly units: Pick<UnitStore, "find">;
  readonly now: () => number;
}

/** Makes a team of nobody. */
export async function createTeam(
  { key, name, unit, caller }: CreateTeamInput,
  deps: CreateTeamDeps,
): Promise<Result<Team, NotThere | ThereAlready>> {
  const { organisationId, commandId } = caller;
  const within = await unitNamed(organisationId, unit, deps);
  if (!within.ok) return within;
  const now = deps.now();
  const team: Team = {
    id: derivedId(commandId),
    organisationId,
    key,
    name,
    unit: within.value,
    version: 1,
    createdAtMs: now,
    updatedAtMs: now,
  };
  return insertKeyed({ kind: "team", id: team.id, name: key }, team, caller, deps.teams);
}
