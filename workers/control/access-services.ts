import type { AuditLog } from "../../src/adapters/d1/audit-log.ts";
import { createD1GrantStore } from "../../src/adapters/d1/grant-store.ts";
import { createD1MembershipStore } from "../../src/adapters/d1/membership-store.ts";
import { createD1OrganisationStore } from "../../src/adapters/d1/organisation-store.ts";
import { createD1RoleStore } from "../../src/adapters/d1/role-store.ts";
import { createD1TeamStore } from "../../src/adapters/d1/team-store.ts";
import { createD1UnitStore } from "../../src/adapters/d1/unit-store.ts";
import type { GrantStore } from "../../src/app/access/given-grant.ts";
import type { RoleStore } from "../../src/app/access/role.ts";
import type { OrganisationStore } from "../../src/app/organisations/organisation.ts";
import type { MembershipStore } from "../../src/app/people/membership.ts";
import type { TeamStore } from "../../src/app/teams/team.ts";
import type { UnitStore } from "../../src/app/units/unit.ts";
import type { ControlEnv } from "./env.ts";

/** Where it is kept who belongs where, and may do what. */
export interface AccessServices {
  readonly organisations: OrganisationStore;
  readonly units: UnitStore;
  readonly teams: TeamStore;
  readonly memberships: MembershipStore;
  readonly roles: RoleStore;
  readonly grants: GrantStore;
}

export const createAccessServices = (
  { DB }: Pick<ControlEnv, "DB">,
  audit: AuditLog,
): AccessServices => ({
  organisations: createD1OrganisationStore(DB, audit),
  units: createD1UnitStore(DB, audit),
  teams: createD1TeamStore(DB, audit),
  memberships: createD1MembershipStore(DB, audit),
  roles: createD1RoleStore(DB, audit),
  grants: createD1GrantStore(DB, audit),
});
