import { ok, type Result } from "../../core/result.ts";
import { notThere, unlessTooMighty } from "../access/problem.ts";
import type { NotThere, TooMighty } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import type { Member, MemberStore } from "../identity/invitation.ts";
import { cannotBring, cannotRelease, grantsOfTeam, isIn } from "./team-access.ts";
import type { TeamAccessDeps } from "./team-access.ts";
import type { Team, TeamStore } from "./team.ts";

export interface TeamPersonInput {
  readonly team: string;
  readonly person: string;
  readonly caller: Caller;
}

export interface TeamPeopleDeps extends TeamAccessDeps {
  readonly teams: TeamStore;
  readonly members: Pick<MemberStore, "find">;
  readonly now: () => number;
}

/** Puts a member of the organisation into the team. Doing it again changes nothing. */
export async function addToTeam(
  input: TeamPersonInput,
  deps: TeamPeopleDeps,
): Promise<Result<null, NotThere | TooMighty>> {
  const found = await teamAndPerson(input, deps);
  if (!found.ok) return found;
  const { team, person } = found.value;
  const mayBring = unlessTooMighty(cannotBring(await grantsOfTeam(team, deps), input.caller));
  if (!mayBring.ok) return mayBring;
  if (await deps.teams.has(team, person.id)) return ok(null);
  const atMs = deps.now();
  const entry = entryOf("team.add-person", found.value, input.caller, atMs);
  await deps.teams.add(team, { id: person.id, atMs }, entry);
  return ok(null);
}

/** Takes somebody out of the team. Doing it again changes nothing. */
export async function takeFromTeam(
  input: TeamPersonInput,
  deps: TeamPeopleDeps,
): Promise<Result<null, NotThere | TooMighty>> {
  const { caller } = input;
  const found = await teamAndPerson(input, deps);
  if (!found.ok) return found;
  const { team, person } = found.value;
  const isOwn = person.id === caller.actor.id && (await isIn(team, caller, deps));
  const lacking = cannotRelease(await grantsOfTeam(team, deps), caller, isOwn);
  const mayRelease = unlessTooMighty(lacking);
  if (!mayRelease.ok) return mayRelease;
  if (!(await deps.teams.has(team, person.id))) return ok(null);
  const entry = entryOf("team.take-person", found.value, caller, deps.now());
  await deps.teams.take(team, person.id, entry);
  return ok(null);
}

interface TeamAndPerson {
  readonly team: Team;
  readonly person: Member;
}

async function teamAndPerson(
  { team: key, person: personId, caller: { organisationId } }: TeamPersonInput,
  { teams, members }: TeamPeopleDeps,
): Promise<Result<TeamAndPerson, NotThere>> {
  const team = await teams.find(organisationId, key);
  if (team === undefined) return notThere("team", key);
  const person = await members.find(organisationId, personId);
  return person === undefined ? notThere("person", personId) : ok({ team, person });
}

const entryOf = (action: string, { team, person }: TeamAndPerson, caller: Caller, atMs: number) =>
  auditDraft(caller, {
    action,
    target: { kind: "team", id: team.id, name: team.key },
    detail: { facts: { person: { id: person.id, name: person.name } } },
    atMs,
  });
