import { and, asc, eq, gt, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Member, MemberStore } from "../../app/identity/invitation.ts";
import { accounts, members, people } from "./identity-schema.ts";
import { pageOfRows, rowsFor } from "./page.ts";

type Row = {
  readonly people: typeof people.$inferSelect;
  readonly members: typeof members.$inferSelect;
};

export function createD1MemberStore(d1: D1Database): MemberStore {
  const db = drizzle(d1);
  const withPeople = () =>
    db.select().from(members).innerJoin(people, eq(people.id, members.userId));

  return {
    async list(organisationId, page) {
      const isIn = and(
        eq(members.organizationId, organisationId),
        gt(people.id, page.cursor ?? ""),
      );
      const rows = await withPeople().where(isIn).orderBy(asc(people.id)).limit(rowsFor(page));
      return pageOfRows(rows.map(toMember), page, ({ id }) => id);
    },

    async find(organisationId, personId) {
      const isIt = and(eq(members.organizationId, organisationId), eq(members.userId, personId));
      const row = await withPeople().where(isIt).get();
      return row && toMember(row);
    },

    personByEmail(email) {
      return db
        .select({ id: people.id, name: people.name })
        .from(people)
        .where(eq(people.email, email))
        .get();
    },

    async organisationsOf(personId) {
      const rows = await db
        .select({ id: members.organizationId })
        .from(members)
        .where(eq(members.userId, personId))
        .orderBy(asc(members.createdAt), asc(members.id));
      return rows.map(({ id }) => id);
    },

    async anyoneCanSignIn() {
      const row = await db
        .select({ id: people.id })
        .from(people)
        .innerJoin(accounts, eq(accounts.userId, people.id))
        .where(isNull(people.deactivatedAt))
        .limit(1)
        .get();
      return row !== undefined;
    },
  };
}

const toMember = ({ people: person, members: member }: Row): Member => ({
  id: person.id,
  name: person.name,
  email: person.email,
  role: member.role,
  twoFactorEnabled: person.twoFactorEnabled === true,
  joinedAtMs: member.createdAt.getTime(),
  deactivatedAtMs: person.deactivatedAt?.getTime() ?? null,
});
