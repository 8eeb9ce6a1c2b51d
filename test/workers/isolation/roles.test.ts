import { beforeAll, describe, expect, it } from "vitest";
import { can } from "../../../src/core/access/can.ts";
import { organisationTarget } from "../../../src/core/access/grant.ts";
import { BUILT_IN_ROLES, type BuiltInRole } from "../../../src/core/access/roles.ts";
import { ALL_SCOPES, isScope } from "../../../src/core/access/scopes.ts";
import { onWire, rowIds, rowOf } from "./ask.ts";
import { anOrganisation } from "./in-process.ts";
import type { Person } from "./begun-world.ts";
import { REFUSED_TO_OWNERS } from "./recipes.ts";
import type { World } from "./world.ts";

/** The least first, so that what a request uses up is still there for the first who may. */
const ROLES: readonly BuiltInRole[] = [
  "viewer",
  "experimenter",
  "reviewer",
  "editor",
  "admin",
  "owner",
];

let world: World;
const people = new Map<BuiltInRole, Person>();

beforeAll(async () => {
  world = await anOrganisation("matrix");
  for (const role of ROLES) people.set(role, await world.person(role));
}, 60_000);

/** What a role that is held in the whole organisation allows. */
function mayBy(role: BuiltInRole, scope: string): boolean {
  if (!isScope(scope)) return true;
  const nowhere = { unitId: null, projectId: null, environmentId: null, tag: null };
  const on = { organisationId: world.organisationId, ...nowhere };
  const { scopes } = BUILT_IN_ROLES[role];
  const access = { grants: [{ effect: "allow" as const, scopes, on }], ceiling: null };
  return can(access, scope, organisationTarget(world.organisationId)).allowed;
}

describe("a role", () => {
  it.each(rowIds.filter((id) => rowOf(id).scope !== "public"))(
    "is refused %s exactly when it lacks the scope",
    { timeout: 60_000 },
    async (id) => {
      const { scope } = rowOf(id);
      const wire = onWire(await world.requestFor(id));
      const refused: BuiltInRole[] = [];
      let first: string | null = null;
      for (const [role, { send }] of people) {
        const answer = await send(wire);
        expect(answer.status, answer.text).toBeLessThan(500);
        if (answer.status === 403 && answer.body.code === "auth.scope-missing") refused.push(role);
        else first ??= `${answer.status} ${answer.text}`;
      }
      const lacking = ROLES.filter((role) => !mayBy(role, scope));
      // What needs more than a scope in one organisation is refused to all who have no more.
      const isBeyond = REFUSED_TO_OWNERS.includes(id);
      if (!isBeyond) expect(refused).toEqual(lacking);
      // The others' requests went through. Somebody's own tokens are nobody else's.
      const works = scope === "self" && id.includes("tokens.") ? /^(20[01]|404) / : /^20[01] /;
      if (!isBeyond) expect(first).toMatch(works);
    },
  );

  it("of an owner has every scope, and every role has some", () => {
    expect(BUILT_IN_ROLES.owner.scopes).toEqual(ALL_SCOPES);
    for (const role of ROLES) expect(BUILT_IN_ROLES[role].scopes.length).toBeGreaterThan(5);
  });
});
