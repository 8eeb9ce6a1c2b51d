import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Team, TeamStore } from "../../app/teams/team.ts";
import { teamMembers, teams, units } from "./access-schema.ts";
import type { AuditLog } from "./audit-log.ts";
import { people } from "./identity-schema.ts";
import { nextVersion, unlessStale } from "./next-version.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { unlessTaken } from "./unique-violation.ts";

export function createD1TeamStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): TeamStore {
  const db = drizzle(d1);
  const withUnits = () =>
    db.select().from(teams).leftJoin(units, eq(units.id, teams.unitId)).$dynamic();

  return {
    async find(organisationId, key) {
      const isIt = and(eq(teams.organisationId, organisationId), eq(teams.key, key));
      const row = await withUnits().where(isIt).get();
      return row && toTeam(row);
    },

    async list(organisationId, page) {
      const isIn = and(eq(teams.organisationId, organisationId), gt(teams.key, page.cursor ?? ""));
      const rows = await withUnits().where(isIn).orderBy(asc(teams.key)).limit(rowsFor(page));
      return pageOfRows(rows.map(toTeam), page, ({ key }) => key);
    },

    async ofPerson(organisationId, personId) {
      const rows = await db
        .select({ key: teams.key })
        .from(teamMembers)
        .innerJoin(teams, eq(teams.id, teamMembers.teamId))
        .where(and(eq(teams.organisationId, organisationId), eq(teamMembers.personId, personId)))
        .orderBy(asc(teams.key));
      return rows.map(({ key }) => key);
    },

    insert({ unit, ...team }, entry) {
      const row = { ...team, unitId: unit?.id ?? null };
      return unlessTaken("exists", commitWithEntry(entry, [db.insert(teams).values(row)]));
    },

    update({ id, name, unit, version, updatedAtMs }, entry) {
      const next = nextVersion(teams.version, version);
      const set = { name, unitId: unit?.id ?? null, version: next, updatedAtMs };
      const commit = commitWithEntry(entry, [db.update(teams).set(set).where(eq(teams.id, id))]);
      return unlessStale(commit);
    },

    remove({ id, version }, entry) {
      const isIt = eq(teams.id, id);
      const next = nextVersion(teams.version, version + 1);
      const commit = commitWithEntry(entry, [
        db.update(teams).set({ version: next }).where(isIt),
        db.delete(teamMembers).where(eq(teamMembers.teamId, id)),
        db.delete(teams).where(isIt),
      ]);
      return unlessStale(commit);
    },

    ...teamPeople(db, commitWithEntry),
  };
}

const teamPeople = (
  db: DrizzleD1Database,
  commitWithEntry: AuditLog["commitWithEntry"],
): Pick<TeamStore, "people" | "has" | "add" | "take"> => ({
  async people({ id: teamId }, page) {
    const { id, name, email } = people;
    const rows = await db
      .select({ id, name, email, joinedAtMs: teamMembers.createdAtMs })
      .from(teamMembers)
      .innerJoin(people, eq(people.id, teamMembers.personId))
      .where(and(eq(teamMembers.teamId, teamId), gt(people.id, page.cursor ?? "")))
      .orderBy(asc(people.id))
      .limit(rowsFor(page));
    return pageOfRows(rows, page, (row) => row.id);
  },

  async has({ id }, personId) {
    const row = await db.select().from(teamMembers).where(isPlace(id, personId)).get();
    return row !== undefined;
  },

  add({ id: teamId }, { id: personId, atMs: createdAtMs }, entry) {
    const place = { teamId, personId, createdAtMs };
    return unlessTaken("exists", commitWithEntry(entry, [db.insert(teamMembers).values(place)]));
  },

  async take({ id }, personId, entry) {
    await commitWithEntry(entry, [db.delete(teamMembers).where(isPlace(id, personId))]);
  },
});

const isPlace = (teamId: string, personId: string) =>
  and(eq(teamMembers.teamId, teamId), eq(teamMembers.personId, personId));

function toTeam(row: {
  readonly teams: typeof teams.$inferSelect;
  readonly units: typeof units.$inferSelect | null;
}): Team {
  const { unitId: _, ...team } = row.teams;
  return { ...team, unit: row.units && { id: row.units.id, key: row.units.key } };
}
