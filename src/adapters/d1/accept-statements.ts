import type { BatchItem } from "drizzle-orm/batch";
import type { drizzle } from "drizzle-orm/d1";
import type { Acceptance, NewPerson } from "../../app/identity/invitation.ts";
import { grants } from "./access-schema.ts";
import { accounts, invitationEnds, members, people } from "./identity-schema.ts";

type Database = ReturnType<typeof drizzle>;

/** What makes a member of whoever took an invitation up: all of it, or nothing. */
export function acceptStatements(
  db: Database,
  { invitation, person, memberId, atMs }: Acceptance,
): readonly BatchItem<"sqlite">[] {
  const { id, organisationId, email, role } = invitation;
  const personId = typeof person === "string" ? person : person.id;
  const end = { invitationId: id, outcome: "accepted", personId, atMs } as const;
  return [
    // First, because its primary key decides who was first.
    db.insert(invitationEnds).values(end),
    ...(typeof person === "string" ? [] : newcomer(db, person, atMs)),
    db.insert(members).values({
      id: memberId,
      organizationId: organisationId,
      userId: personId,
      role,
      createdAt: new Date(atMs),
    }),
    // What a member may do follows from the role. The first owner's holds in every organisation,
    // because somebody must be able to make the next one.
    ...(email === null
      ? [db.insert(grants).values(everywhere(role, personId, memberId, atMs))]
      : []),
  ];
}

const everywhere = (
  role: string,
  personId: string,
  id: string,
  atMs: number,
): typeof grants.$inferInsert => ({
  id,
  organisationId: null,
  principalKind: "person",
  principalId: personId,
  effect: "allow",
  role,
  createdAtMs: atMs,
});

/** The person and their password. */
function newcomer(db: Database, { id, name, email, passwordHash }: NewPerson, atMs: number) {
  const made = { createdAt: new Date(atMs), updatedAt: new Date(atMs) };
  return [
    // Whoever has the link was sent it, or made the installation.
    db.insert(people).values({ id, name, email, emailVerified: true, ...made }),
    db.insert(accounts).values({
      id: `password:${id}`,
      userId: id,
      providerId: "credential",
      accountId: id,
      password: passwordHash,
      ...made,
    }),
  ];
}
