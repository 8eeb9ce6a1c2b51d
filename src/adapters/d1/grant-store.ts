import { and, desc, eq, isNull, or, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import { alias } from "drizzle-orm/sqlite-core";
import type { GivenGrant, GrantFilter, GrantStore } from "../../app/access/given-grant.ts";
import { grants, roles, teams, units } from "./access-schema.ts";
import type { AuditLog } from "./audit-log.ts";
import { isHeldBy, reachOf, scopesOfGrant, type OwnRoles } from "./held-grants.ts";
import { members, people } from "./identity-schema.ts";
import { isAfterPlace, pageOfRows, placeOf, rowsFor } from "./page.ts";
import { environments, projects } from "./schema.ts";
import { serviceAccounts } from "./token-schema.ts";
import { unlessTaken } from "./unique-violation.ts";

const grantedUnits = alias(units, "granted_units");

export function createD1GrantStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): GrantStore {
  const db = drizzle(d1);

  const withNames = () => grantsWithNames(db);
  const ownRoles = (organisationId: string | null) => rolesOf(organisationId, db);

  const all = async (organisationId: string, which: SQL | undefined) => {
    const query = withNames().where(which);
    const [rows, own] = await Promise.all([query, ownRoles(organisationId)]);
    return rows.map((row) => toGiven(row, own));
  };

  return {
    async find(organisationId, id) {
      const query = withNames().where(and(isIn(organisationId), eq(grants.id, id)));
      const [row, own] = await Promise.all([query.get(), ownRoles(organisationId)]);
      return row && toGiven(row, own);
    },

    async list(organisationId, filter, page) {
      const { createdAtMs, id } = grants;
      const isAfter = isAfterPlace(page.cursor, createdAtMs, id);
      const query = withNames()
        .where(and(isIn(organisationId), isAskedFor(filter), isAfter))
        .orderBy(desc(createdAtMs), desc(id))
        .limit(rowsFor(page));
      const [rows, own] = await Promise.all([query, ownRoles(organisationId)]);
      const given = rows.map((row) => toGiven(row, own));
      return pageOfRows(given, page, (grant) => placeOf(grant.createdAtMs, grant.id));
    },

    async hangingOn(organisationId, on) {
      if (on.length === 0) return [];
      const isAny = or(...on.map(({ kind, id }) => and(ofKind(kind), eq(grants.principalId, id))));
      return all(organisationId, and(isIn(organisationId), isAny));
    },

    denying(organisationId, role) {
      const isDeny = and(eq(grants.role, role), eq(grants.effect, "deny"));
      return all(organisationId, and(isIn(organisationId), isDeny));
    },

    heldBy: (principal) => all(principal.organisationId, isHeldBy(db, principal)),

    nameOf: (organisationId, who) => nameOf(organisationId, who, db),

    insert(grant, entry) {
      const inserting = db.insert(grants).values(toRow(grant));
      return unlessTaken("exists", commitWithEntry(entry, [inserting]));
    },

    async remove({ id }, entry) {
      await commitWithEntry(entry, [db.delete(grants).where(eq(grants.id, id))]);
    },
  };
}

/** With the names of all that they name. */
const grantsWithNames = (db: DrizzleD1Database) =>
  db
    .select({
      grant: grants,
      names: {
        person: people.name,
        service: serviceAccounts.name,
        team: teams.key,
        unit: grantedUnits.key,
      },
      place: { unit: units.key, project: projects.key, environment: environments.key },
    })
    .from(grants)
    .leftJoin(people, hangsOn("person", people.id))
    .leftJoin(serviceAccounts, hangsOn("service", serviceAccounts.id))
    .leftJoin(teams, hangsOn("team", teams.id))
    .leftJoin(grantedUnits, hangsOn("unit", grantedUnits.id))
    .leftJoin(units, eq(units.id, grants.unitId))
    .leftJoin(projects, eq(projects.id, grants.projectId))
    .leftJoin(environments, eq(environments.id, grants.environmentId))
    .$dynamic();

async function rolesOf(organisationId: string | null, db: DrizzleD1Database): Promise<OwnRoles> {
  if (organisationId === null) return new Map();
  const { key, scopes } = roles;
  const isIn = eq(roles.organisationId, organisationId);
  const rows = await db.select({ key, scopes }).from(roles).where(isIn);
  return new Map(rows.map((row) => [row.key, row.scopes]));
}

async function nameOf(
  organisationId: string,
  { kind, id }: Parameters<GrantStore["nameOf"]>[1],
  db: DrizzleD1Database,
): Promise<string | undefined> {
  if (kind === "person") {
    const isMember = and(eq(members.userId, people.id), eq(members.organizationId, organisationId));
    const found = await db
      .select({ name: people.name })
      .from(people)
      .innerJoin(members, isMember)
      .where(eq(people.id, id))
      .get();
    return found?.name;
  }
  const { name, deletedAtMs, organisationId: of } = serviceAccounts;
  const isIt = and(eq(serviceAccounts.id, id), eq(of, organisationId), isNull(deletedAtMs));
  return (await db.select({ name }).from(serviceAccounts).where(isIt).get())?.name;
}

type PrincipalId =
  | typeof people.id
  | typeof serviceAccounts.id
  | typeof teams.id
  | typeof grantedUnits.id;

const ofKind = (kind: GivenGrant["to"]["kind"]) => eq(grants.principalKind, kind);
const hangsOn = (kind: GivenGrant["to"]["kind"], id: PrincipalId) =>
  and(ofKind(kind), eq(grants.principalId, id));

const isIn = (organisationId: string | null) =>
  organisationId === null
    ? isNull(grants.organisationId)
    : eq(grants.organisationId, organisationId);

const isAskedFor = ({ to, unitId, projectId, environmentId }: GrantFilter) =>
  and(
    to && and(ofKind(to.kind), eq(grants.principalId, to.id)),
    unitId === undefined ? undefined : eq(grants.unitId, unitId),
    projectId === undefined ? undefined : eq(grants.projectId, projectId),
    environmentId === undefined ? undefined : eq(grants.environmentId, environmentId),
  );

function toRow({ id, effect, to, role, scopes, on, createdAtMs }: GivenGrant) {
  const { tag, ...reach } = on;
  return {
    id,
    effect,
    principalKind: to.kind,
    principalId: to.id,
    role,
    scopes: role === null ? scopes : null,
    ...reach,
    tagName: tag?.name ?? null,
    tagValue: tag?.value ?? null,
    createdAtMs,
  };
}

interface NamedRow {
  readonly grant: typeof grants.$inferSelect;
  readonly names: Readonly<Record<"person" | "service" | "team" | "unit", string | null>>;
  readonly place: Readonly<Record<"unit" | "project" | "environment", string | null>>;
}

function toGiven({ grant: row, names, place }: NamedRow, own: OwnRoles): GivenGrant {
  const { id, effect, role, principalKind: kind, principalId } = row;
  const on = reachOf(row);
  const name = kind === "everyone" ? kind : (names[kind] ?? principalId);
  return {
    id,
    effect,
    to: { kind, id: principalId, name },
    role,
    scopes: scopesOfGrant(row, own),
    on,
    place: { ...place, tag: on.tag },
    createdAtMs: row.createdAtMs,
  };
}
