import { and, asc, eq, gt, isNull, notExists, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Role, RoleStore } from "../../app/access/role.ts";
import { grants, roles } from "./access-schema.ts";
import type { AuditLog } from "./audit-log.ts";
import { invitationEnds, invitations, members, people } from "./identity-schema.ts";
import { nextVersion, unlessStale } from "./next-version.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { identityProviders, provisioningTokens } from "./sso-schema.ts";
import { unlessTaken } from "./unique-violation.ts";

export function createD1RoleStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): RoleStore {
  const db = drizzle(d1);

  return {
    find(organisationId, key) {
      return db.select().from(roles).where(isRole(organisationId, key)).get();
    },

    async list(organisationId, page) {
      const isIn = and(eq(roles.organisationId, organisationId), gt(roles.key, page.cursor ?? ""));
      const query = db.select().from(roles).where(isIn).orderBy(asc(roles.key));
      return pageOfRows(await query.limit(rowsFor(page)), page, ({ key }) => key);
    },

    insert(role, entry) {
      return unlessTaken("exists", commitWithEntry(entry, [db.insert(roles).values(role)]));
    },

    update({ organisationId, key, name, description, scopes, version, updatedAtMs }, entry) {
      const next = nextVersion(roles.version, version);
      const set = { name, description, scopes, version: next, updatedAtMs };
      const isIt = isRole(organisationId, key);
      return unlessStale(commitWithEntry(entry, [db.update(roles).set(set).where(isIt)]));
    },

    remove({ organisationId, key, version }, entry) {
      const isIt = isRole(organisationId, key);
      const next = nextVersion(roles.version, version + 1);
      const commit = commitWithEntry(entry, [
        db.update(roles).set({ version: next }).where(isIt),
        db.delete(roles).where(isIt),
      ]);
      return unlessStale(commit);
    },

    usesOf: (role) => usesOf(role, db),
  };
}

const isRole = (organisationId: string, key: string) =>
  and(eq(roles.organisationId, organisationId), eq(roles.key, key));

/** Who has the role, and who would get it by coming in. */
async function usesOf(
  { organisationId, key }: Role,
  db: DrizzleD1Database,
): Promise<readonly string[]> {
  // What nothing has ended is open; one that has expired is as good as none.
  const isOpen = notExists(
    db
      .select({ id: invitationEnds.invitationId })
      .from(invitationEnds)
      .where(eq(invitationEnds.invitationId, invitations.id)),
  );
  const [ofMembers, ofGrants, ofInvitations, ofProviders, ofTokens] = await db.batch([
    db
      .select({ name: people.name })
      .from(members)
      .innerJoin(people, eq(people.id, members.userId))
      .where(and(eq(members.organizationId, organisationId), eq(members.role, key))),
    db
      .select({ id: grants.id })
      .from(grants)
      .where(and(eq(grants.organisationId, organisationId), eq(grants.role, key))),
    db
      .select({ id: invitations.id })
      .from(invitations)
      .where(
        and(eq(invitations.organisationId, organisationId), eq(invitations.role, key), isOpen),
      ),
    db
      .select({ name: identityProviders.name })
      .from(identityProviders)
      .where(
        and(
          eq(identityProviders.organisationId, organisationId),
          sql`instr(${identityProviders.roles}, ${JSON.stringify(key)}) > 0`,
        ),
      ),
    db
      .select({ name: provisioningTokens.name })
      .from(provisioningTokens)
      .where(
        and(
          eq(provisioningTokens.organisationId, organisationId),
          eq(provisioningTokens.role, key),
          isNull(provisioningTokens.revokedAtMs),
        ),
      ),
  ]);
  return [
    ...ofMembers.map(({ name }) => `person ${name}`),
    ...ofGrants.map(({ id }) => `grant ${id}`),
    ...ofInvitations.map(({ id }) => `invitation ${id}`),
    ...ofProviders.map(({ name }) => `identity provider ${name}`),
    ...ofTokens.map(({ name }) => `provisioning token ${name}`),
  ];
}
