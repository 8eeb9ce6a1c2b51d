import { and, eq, inArray, isNull, notExists } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import { grants, teamMembers, teams } from "./access-schema.ts";
import { members } from "./identity-schema.ts";

/**
 * Ends a membership with all that hangs on it: places in teams and grants. Grants on the whole
 * installation go with the last membership, or they would count again in whatever organisation has
 * the person next.
 */
export function leaving(
  organisationId: string,
  personId: string,
  db: DrizzleD1Database,
): [BatchItem<"sqlite">, ...BatchItem<"sqlite">[]] {
  const own = db
    .select({ id: teams.id })
    .from(teams)
    .where(eq(teams.organisationId, organisationId));
  const isTheirs = and(eq(grants.principalKind, "person"), eq(grants.principalId, personId));
  const left = db.select({ id: members.id }).from(members).where(eq(members.userId, personId));
  return [
    db
      .delete(teamMembers)
      .where(and(eq(teamMembers.personId, personId), inArray(teamMembers.teamId, own))),
    db.delete(grants).where(and(eq(grants.organisationId, organisationId), isTheirs)),
    db
      .delete(members)
      .where(and(eq(members.organizationId, organisationId), eq(members.userId, personId))),
    db.delete(grants).where(and(isNull(grants.organisationId), isTheirs, notExists(left))),
  ];
}
