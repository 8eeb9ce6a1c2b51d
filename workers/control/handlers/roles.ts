import { deleteRole, patchRole } from "../../../src/app/access/change-role.ts";
import { createRole } from "../../../src/app/access/create-role.ts";
import type { Role } from "../../../src/app/access/role.ts";
import { findExpected } from "../../../src/app/keyed.ts";
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

  "roles.get": async ({ params: { role: key }, caller }, { roles }) =>
    answer(settled(await findExpected("role", { key, expectedVersion: "any", caller }, roles))),

  "roles.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const change = { key: params.role, expectedVersion, caller };
    return answer(settled(await patchRole(change, body, services)));
  },

  "roles.delete": async ({ params, expectedVersion, caller }, services) => {
    const change = { key: params.role, expectedVersion, caller };
    const { key } = settled(await deleteRole(change, services));
    return { body: { key } };
  },
};
