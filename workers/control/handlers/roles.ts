import { deleteRole, patchRole } from "../../../src/app/access/change-role.ts";
import { createRole } from "../../../src/app/access/create-role.ts";
import { asExpected } from "../../../src/app/access/problem.ts";
import type { Role } from "../../../src/app/access/role.ts";
import { BUILT_IN_ROLES } from "../../../src/core/access/roles.ts";
import { settled } from "../http/access-problem.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

function toResponse(role: Role) {
  const { organisationId: _, ...shown } = role;
  return shown;
}

const answer = (role: Role) => ({ body: toResponse(role), version: role.version });

const builtIn = Object.entries(BUILT_IN_ROLES).map(([key, { summary, scopes }]) => ({
  key,
  description: summary,
  scopes,
}));

export const roleHandlers: HandlersOf<"roles"> = {
  "roles.list": async ({ query, caller }, { roles }) => {
    const page = await roles.list(caller.organisationId, keyPageRequest(query));
    return { body: { ...keyPage(page, toResponse), builtIn } };
  },

  "roles.create": async ({ body, caller }, services) =>
    answer(settled(await createRole({ ...body, caller }, services))),

  "roles.get": async ({ params: { role: key }, caller }, { roles }) => {
    const found = await roles.find(caller.organisationId, key);
    return answer(settled(asExpected({ what: "role", key }, "any", found)));
  },

  "roles.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const change = { ...params, expectedVersion, caller };
    return answer(settled(await patchRole(change, body, services)));
  },

  "roles.delete": async ({ params, expectedVersion, caller }, services) => {
    const { key } = settled(await deleteRole({ ...params, expectedVersion, caller }, services));
    return { body: { key } };
  },
};
