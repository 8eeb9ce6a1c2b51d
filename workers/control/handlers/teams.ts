import type { Caller } from "../../../src/app/caller.ts";
import { findExpected } from "../../../src/app/keyed.ts";
import { deleteTeam, patchTeam } from "../../../src/app/teams/change-team.ts";
import { createTeam } from "../../../src/app/teams/create-team.ts";
import { addToTeam, takeFromTeam } from "../../../src/app/teams/team-people.ts";
import type { Team } from "../../../src/app/teams/team.ts";
import { settled } from "../http/access-problem.ts";
import type { Services } from "../services.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

function toResponse(team: Team) {
  const { id: _, organisationId: __, unit, ...shown } = team;
  return { ...shown, unit: unit?.key ?? null };
}

const answer = (team: Team) => ({ body: toResponse(team), version: team.version });

const teamOf = async (key: string, caller: Caller, { teams }: Pick<Services, "teams">) =>
  settled(await findExpected("team", { key, expectedVersion: "any", caller }, teams));

export const teamHandlers: HandlersOf<"teams"> = {
  "teams.list": async ({ query, caller }, { teams }) => {
    const page = await teams.list(caller.organisationId, keyPageRequest(query));
    return { body: keyPage(page, toResponse) };
  },

  "teams.create": async ({ body, caller }, services) =>
    answer(settled(await createTeam({ ...body, caller }, services))),

  "teams.get": async ({ params, caller }, services) =>
    answer(await teamOf(params.team, caller, services)),

  "teams.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const change = { key: params.team, expectedVersion, caller };
    return answer(settled(await patchTeam(change, body, services)));
  },

  "teams.delete": async ({ params, expectedVersion, caller }, services) => {
    const change = { key: params.team, expectedVersion, caller };
    const { key } = settled(await deleteTeam(change, services));
    return { body: { key } };
  },

  "teams.people": async ({ params, query, caller }, services) => {
    const team = await teamOf(params.team, caller, services);
    const page = await services.teams.people(team, keyPageRequest(query));
    return { body: keyPage(page, (person) => person) };
  },

  "teams.add-person": async ({ params, body, caller }, services) => {
    const place = { ...params, ...body };
    settled(await addToTeam({ ...place, caller }, services));
    return { body: place };
  },

  "teams.remove-person": async ({ params, caller }, services) => {
    settled(await takeFromTeam({ ...params, caller }, services));
    return { body: { team: params.team, person: params.person } };
  },
};
