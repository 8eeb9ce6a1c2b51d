import { notThere } from "../../../src/app/access/problem.ts";
import { changeMemberRole } from "../../../src/app/people/change-role.ts";
import { removePerson } from "../../../src/app/people/remove-person.ts";
import { settled } from "../http/access-problem.ts";
import type { HandlersOf } from "./handler.ts";

export const memberHandlers: HandlersOf<"members"> = {
  "members.get": async ({ params: { person }, caller }, { members, teams }) => {
    const { organisationId } = caller;
    const member = await members.find(organisationId, person);
    if (member === undefined) return settled(notThere("person", person));
    return { body: { ...member, teams: await teams.ofPerson(organisationId, person) } };
  },

  "members.change-role": async ({ params, body, caller }, services) => ({
    body: settled(await changeMemberRole({ ...params, ...body, caller }, services)),
  }),

  "members.remove": async ({ params, caller }, services) => ({
    body: settled(await removePerson({ ...params, caller }, services)),
  }),
};
