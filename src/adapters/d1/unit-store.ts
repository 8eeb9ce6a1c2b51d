import { and, asc, eq, gt, or } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Unit, UnitStore } from "../../app/units/unit.ts";
import { grants, teams, units } from "./access-schema.ts";
import type { AuditLog } from "./audit-log.ts";
import { nextVersion, unlessStale } from "./next-version.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { projects } from "./schema.ts";
import { isReferredTo, unlessTaken } from "./unique-violation.ts";

export function createD1UnitStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): UnitStore {
  const db = drizzle(d1);

  return {
    find(organisationId, key) {
      const isIt = and(eq(units.organisationId, organisationId), eq(units.key, key));
      return db.select().from(units).where(isIt).get();
    },

    async list(organisationId, page) {
      const isIn = and(eq(units.organisationId, organisationId), gt(units.key, page.cursor ?? ""));
      const query = db.select().from(units).where(isIn).orderBy(asc(units.key));
      return pageOfRows(await query.limit(rowsFor(page)), page, ({ key }) => key);
    },

    async keys(organisationId) {
      const { id, key } = units;
      const isIn = eq(units.organisationId, organisationId);
      const rows = await db.select({ id, key }).from(units).where(isIn);
      return new Map(rows.map((row) => [row.id, row.key]));
    },

    insert(unit, entry) {
      return unlessTaken("exists", commitWithEntry(entry, [db.insert(units).values(unit)]));
    },

    update({ id, name, version, updatedAtMs }, entry) {
      const set = { name, version: nextVersion(units.version, version), updatedAtMs };
      const commit = commitWithEntry(entry, [db.update(units).set(set).where(eq(units.id, id))]);
      return unlessStale(commit);
    },

    async remove({ id, version }, entry) {
      const isIt = eq(units.id, id);
      const next = nextVersion(units.version, version + 1);
      try {
        const commit = commitWithEntry(entry, [
          db.update(units).set({ version: next }).where(isIt),
          db.delete(units).where(isIt),
        ]);
        return await unlessStale(commit);
      } catch (error) {
        if (isReferredTo(error)) return "in-use";
        throw error;
      }
    },

    usesOf: (unit) => usesOf(unit, db),
  };
}

async function usesOf({ id }: Unit, db: DrizzleD1Database): Promise<readonly string[]> {
  const hangsOn = and(eq(grants.principalKind, "unit"), eq(grants.principalId, id));
  const [ofProjects, ofTeams, ofGrants] = await db.batch([
    db.select({ key: projects.key }).from(projects).where(eq(projects.unitId, id)),
    db.select({ key: teams.key }).from(teams).where(eq(teams.unitId, id)),
    db
      .select({ id: grants.id })
      .from(grants)
      .where(or(eq(grants.unitId, id), hangsOn)),
  ]);
  return [
    ...ofProjects.map(({ key }) => `project ${key}`),
    ...ofTeams.map(({ key }) => `team ${key}`),
    ...ofGrants.map((grant) => `grant ${grant.id}`),
  ];
}
