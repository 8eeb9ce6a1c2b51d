import { and, asc, eq, exists, ne, notExists, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/d1";
import { alias } from "drizzle-orm/sqlite-core";
import type {
  ProvisionedPerson,
  ProvisioningStore,
  RoleChange,
} from "../../app/provisioning/provisioning-store.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import type { AuditLog } from "./audit-log.ts";
import { members, people, sessions } from "./identity-schema.ts";
import { leaving } from "./leaving.ts";
import { createGroupRows } from "./provisioned-groups.ts";
import {
  identityDomains,
  identityProviders,
  provisionedGroupPeople,
  provisionedGroups,
  provisionedPeople,
} from "./sso-schema.ts";
import { unlessTaken } from "./unique-violation.ts";

interface ProvisioningStoreDeps extends Pick<AuditLog, "commitWithEntry"> {
  readonly newId: () => string;
}

/** Given and taken by people, not by directories. */
const OWNER = "owner";

type Db = ReturnType<typeof drizzle>;

export function createD1ProvisioningStore(
  d1: D1Database,
  { commitWithEntry, newId }: ProvisioningStoreDeps,
): ProvisioningStore {
  const db = drizzle(d1);
  const groups = createGroupRows(db);
  const commit = (entry: AuditDraft, statements: readonly BatchItem<"sqlite">[]) =>
    unlessTaken("taken", commitWithEntry(entry, statements));

  return {
    ...readsOf(db),

    join: (organisationId, person, isNew, entry) =>
      commit(entry, [
        isNew ? newPerson(person, db) : changedPerson(person, db),
        db.insert(members).values({
          id: newId(),
          organizationId: organisationId,
          userId: person.id,
          role: person.role,
          createdAt: new Date(person.createdAtMs),
        }),
        externalId(organisationId, person, db),
      ]),

    change: (organisationId, person, entry) =>
      commit(entry, [
        changedPerson(person, db),
        externalId(organisationId, person, db),
        ...(person.active ? [] : [endSessions(person.id, db)]),
      ]),

    async remove(organisationId, personId, entry) {
      const at = new Date(entry.atMs);
      const isIn = eq(provisionedPeople.organisationId, organisationId);
      await commitWithEntry(entry, [
        ...leaving(organisationId, personId, db),
        db.update(people).set({ deactivatedAt: at, updatedAt: at }).where(eq(people.id, personId)),
        db.delete(provisionedPeople).where(and(isIn, eq(provisionedPeople.personId, personId))),
        db.delete(provisionedGroupPeople).where(eq(provisionedGroupPeople.personId, personId)),
        endSessions(personId, db),
      ]);
    },

    groups: (organisationId) => groups.list(organisationId),

    saveGroup: (organisationId, group, roles, entry) =>
      commit(entry, [
        ...groups.save(organisationId, group),
        ...roles.map((change) => roleChange(organisationId, change, db)),
      ]),

    async removeGroup(organisationId, groupId, roles, entry) {
      await commitWithEntry(entry, [
        groups.remove(organisationId, groupId),
        ...roles.map((change) => roleChange(organisationId, change, db)),
      ]);
    },
  };
}

type Reads = Pick<ProvisioningStore, "people" | "person" | "domains" | "standing">;

const readsOf = (db: Db): Reads => ({
  people: (organisationId, sole) =>
    peopleOf(organisationId, sole === null ? undefined : eq(people.email, sole), db),

  person: async (organisationId, id) => (await peopleOf(organisationId, eq(people.id, id), db))[0],

  async domains(organisationId) {
    const rows = await db
      .select({ domain: identityDomains.domain, roles: identityProviders.roles })
      .from(identityDomains)
      .innerJoin(identityProviders, eq(identityProviders.id, identityDomains.providerId))
      .where(eq(identityDomains.organisationId, organisationId));
    return new Map(rows.map(({ domain, roles }) => [domain, roles]));
  },

  async standing(organisationId, address) {
    const rows = await db
      .select({ personId: people.id, organisationId: members.organizationId })
      .from(people)
      .leftJoin(members, eq(members.userId, people.id))
      .where(eq(people.email, address));
    const [first] = rows;
    if (first === undefined) return { kind: "free" };
    if (first.organisationId === null) return { kind: "gone", personId: first.personId };
    const isOnlyHere = rows.length === 1 && first.organisationId === organisationId;
    return { kind: isOnlyHere ? "member" : "elsewhere" };
  },
});

const isMember = (organisationId: string, personId: string) =>
  and(eq(members.organizationId, organisationId), eq(members.userId, personId));

/** Those in this organisation alone whose address is of one of its domains. */
async function peopleOf(
  organisationId: string,
  condition: ReturnType<typeof eq> | undefined,
  db: Db,
): Promise<readonly ProvisionedPerson[]> {
  const others = alias(members, "others");
  const isElsewhere = and(eq(others.userId, people.id), ne(others.organizationId, organisationId));
  const isOwn = and(
    eq(identityDomains.organisationId, organisationId),
    eq(identityDomains.domain, sql`substr(${people.email}, instr(${people.email}, '@') + 1)`),
  );
  const rows = await db
    .select()
    .from(members)
    .innerJoin(people, eq(people.id, members.userId))
    .leftJoin(
      provisionedPeople,
      and(
        eq(provisionedPeople.organisationId, organisationId),
        eq(provisionedPeople.personId, people.id),
      ),
    )
    .where(
      and(
        eq(members.organizationId, organisationId),
        condition,
        notExists(db.select({ id: others.id }).from(others).where(isElsewhere)),
        exists(db.select({ domain: identityDomains.domain }).from(identityDomains).where(isOwn)),
      ),
    )
    .orderBy(asc(people.id));
  const groups = await groupsOf(organisationId, db);
  return rows.map((row) => toPerson(row, groups));
}

async function groupsOf(organisationId: string, db: Db) {
  return db
    .select({
      personId: provisionedGroupPeople.personId,
      id: provisionedGroups.id,
      name: provisionedGroups.name,
    })
    .from(provisionedGroupPeople)
    .innerJoin(provisionedGroups, eq(provisionedGroups.id, provisionedGroupPeople.groupId))
    .where(eq(provisionedGroups.organisationId, organisationId));
}

function toPerson(
  row: {
    readonly people: typeof people.$inferSelect;
    readonly members: typeof members.$inferSelect;
    readonly provisioned_people: typeof provisionedPeople.$inferSelect | null;
  },
  groups: Awaited<ReturnType<typeof groupsOf>>,
): ProvisionedPerson {
  const { id, email, name, deactivatedAt, createdAt, updatedAt } = row.people;
  return {
    id,
    userName: email,
    displayName: name,
    externalId: row.provisioned_people?.externalId ?? null,
    active: deactivatedAt === null,
    role: row.members.role,
    groups: groups.filter(({ personId }) => personId === id),
    createdAtMs: createdAt.getTime(),
    updatedAtMs: updatedAt.getTime(),
  };
}

const columnsOf = ({ userName, displayName, active, updatedAtMs }: ProvisionedPerson) => ({
  email: userName,
  name: displayName,
  deactivatedAt: active ? null : new Date(updatedAtMs),
  updatedAt: new Date(updatedAtMs),
});

const newPerson = (person: ProvisionedPerson, db: Db) =>
  db.insert(people).values({
    ...columnsOf(person),
    id: person.id,
    emailVerified: true,
    createdAt: new Date(person.createdAtMs),
  });

const changedPerson = (person: ProvisionedPerson, db: Db) =>
  db.update(people).set(columnsOf(person)).where(eq(people.id, person.id));

const externalId = (organisationId: string, person: ProvisionedPerson, db: Db) => {
  const { id: personId, externalId: given } = person;
  const key = [provisionedPeople.organisationId, provisionedPeople.personId];
  return db
    .insert(provisionedPeople)
    .values({ organisationId, personId, externalId: given })
    .onConflictDoUpdate({ target: key, set: { externalId: given } });
};

const endSessions = (personId: string, db: Db) =>
  db.delete(sessions).where(eq(sessions.userId, personId));

const roleChange = (organisationId: string, { personId, role }: RoleChange, db: Db) =>
  db
    .update(members)
    .set({ role })
    .where(and(isMember(organisationId, personId), ne(members.role, OWNER)));
