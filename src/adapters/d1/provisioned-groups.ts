import { and, asc, eq } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { ProvisionedGroup } from "../../app/provisioning/provisioning-store.ts";
import { provisionedGroupPeople, provisionedGroups } from "./sso-schema.ts";

/** D1 binds at most 100 values to a statement, and each of these rows has two. */
const ROWS_AT_ONCE = 50;

export interface GroupRows {
  /** Ordered by id. */
  list(organisationId: string): Promise<readonly ProvisionedGroup[]>;
  save(organisationId: string, group: ProvisionedGroup): readonly BatchItem<"sqlite">[];
  remove(organisationId: string, groupId: string): BatchItem<"sqlite">;
}

export const createGroupRows = (db: DrizzleD1Database): GroupRows => ({
  async list(organisationId) {
    const isIn = eq(provisionedGroups.organisationId, organisationId);
    const [rows, people] = await db.batch([
      db.select().from(provisionedGroups).where(isIn).orderBy(asc(provisionedGroups.id)),
      db
        .select({
          groupId: provisionedGroupPeople.groupId,
          personId: provisionedGroupPeople.personId,
        })
        .from(provisionedGroupPeople)
        .innerJoin(provisionedGroups, eq(provisionedGroups.id, provisionedGroupPeople.groupId))
        .where(isIn)
        .orderBy(asc(provisionedGroupPeople.personId)),
    ]);
    return rows.map(({ organisationId: _organisationId, name, ...row }) => ({
      ...row,
      displayName: name,
      members: people.filter(({ groupId }) => groupId === row.id).map(({ personId }) => personId),
    }));
  },

  save(organisationId, { displayName: name, members, ...group }) {
    const { id, externalId, updatedAtMs } = group;
    const rows = members.map((personId) => ({ groupId: id, personId }));
    return [
      db
        .insert(provisionedGroups)
        .values({ ...group, name, organisationId })
        .onConflictDoUpdate({
          target: provisionedGroups.id,
          set: { name, externalId, updatedAtMs },
        }),
      db.delete(provisionedGroupPeople).where(eq(provisionedGroupPeople.groupId, id)),
      ...chunks(rows).map((chunk) => db.insert(provisionedGroupPeople).values(chunk)),
    ];
  },

  remove: (organisationId, groupId) =>
    db
      .delete(provisionedGroups)
      .where(
        and(
          eq(provisionedGroups.organisationId, organisationId),
          eq(provisionedGroups.id, groupId),
        ),
      ),
});

function chunks<T>(rows: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    found.push(rows.slice(at, at + ROWS_AT_ONCE));
  }
  return found;
}
