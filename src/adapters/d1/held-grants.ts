import { and, eq, inArray, isNull, or, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Principal } from "../../app/access/principal.ts";
import type { GrantReach } from "../../core/access/grant.ts";
import { BUILT_IN_ROLES, isBuiltInRole } from "../../core/access/roles.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { grants, teamMembers, teams } from "./access-schema.ts";

/** Which grants hold for somebody: their own, those of their teams, of those's units, and all's. */
export function isHeldBy(db: DrizzleD1Database, principal: Principal): SQL | undefined {
  const { kind, id, organisationId } = principal;
  const isHere = or(eq(grants.organisationId, organisationId), isNull(grants.organisationId));
  const isOwn = and(eq(grants.principalKind, kind), eq(grants.principalId, id));
  const isEveryones = eq(grants.principalKind, "everyone");
  if (kind === "service") return and(isHere, or(isOwn, isEveryones));
  const of = (column: typeof teams.id | typeof teams.unitId) =>
    db
      .select({ id: column })
      .from(teamMembers)
      .innerJoin(teams, eq(teams.id, teamMembers.teamId))
      .where(and(eq(teamMembers.personId, id), eq(teams.organisationId, organisationId)));
  const isTeams = and(eq(grants.principalKind, "team"), inArray(grants.principalId, of(teams.id)));
  const isUnits = and(
    eq(grants.principalKind, "unit"),
    inArray(grants.principalId, of(teams.unitId)),
  );
  return and(isHere, or(isOwn, isEveryones, isTeams, isUnits));
}

/** What the organisation's own roles allow, by their keys. */
export type OwnRoles = ReadonlyMap<string, readonly Scope[]>;

const NONE: OwnRoles = new Map();

/** Where a grant holds. */
export function reachOf(row: typeof grants.$inferSelect): GrantReach {
  const { organisationId, unitId, projectId, environmentId, tagName, tagValue } = row;
  const tag = tagName === null ? null : { name: tagName, value: tagValue };
  return { organisationId, unitId, projectId, environmentId, tag };
}

/**
 * What a grant allows or denies. One that holds in every organisation has no role of one's own: the
 * same key is another role in each.
 */
export const scopesOfGrant = (
  { organisationId, role, scopes }: typeof grants.$inferSelect,
  own: OwnRoles,
): readonly Scope[] => scopes ?? scopesOf(role, organisationId === null ? NONE : own);

/** What a role allows; one that nobody knows allows nothing. */
export function scopesOf(role: string | null, own: OwnRoles): readonly Scope[] {
  if (role === null) return [];
  return isBuiltInRole(role) ? BUILT_IN_ROLES[role].scopes : (own.get(role) ?? []);
}
