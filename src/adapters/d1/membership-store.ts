import { and, eq, exists, isNull, ne, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/d1";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import { alias } from "drizzle-orm/sqlite-core";
import type { Membership, MembershipStore } from "../../app/people/membership.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import type { AuditLog } from "./audit-log.ts";
import { members, people } from "./identity-schema.ts";
import { leaving } from "./leaving.ts";
import { isNull as isNullIn } from "./unique-violation.ts";

const OWNER = "owner";

export function createD1MembershipStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): MembershipStore {
  const db = drizzle(d1);

  const outcomeOf = async (
    before: Membership,
    entry: AuditDraft,
    statements: readonly BatchItem<"sqlite">[],
  ) => {
    try {
      await commitWithEntry(entry, statements);
      return "committed";
    } catch (error) {
      if (!isNullIn(error, "members.role")) throw error;
    }
    const now = await db.select().from(members).where(isMembership(before)).get();
    return now?.role === before.role ? "last-owner" : "raced";
  };

  return {
    changeRole: (before, role, entry) => outcomeOf(before, entry, [setRole(before, role, db)]),

    remove: (before, entry) =>
      outcomeOf(before, entry, [
        setRole(before, before.role, db),
        ...leaving(before.organisationId, before.personId, db),
      ]),
  };
}

const isMembership = ({ organisationId, personId }: Membership) =>
  and(eq(members.organizationId, organisationId), eq(members.userId, personId));

function otherOwner({ organisationId, personId }: Membership, db: DrizzleD1Database) {
  const others = alias(members, "others");
  return exists(
    db
      .select({ id: others.id })
      .from(others)
      .innerJoin(people, eq(people.id, others.userId))
      .where(
        and(
          eq(others.organizationId, organisationId),
          eq(others.role, OWNER),
          ne(others.userId, personId),
          isNull(people.deactivatedAt),
        ),
      ),
  );
}

/**
 * Sets the role, or else fails the whole batch by a null where none may be: when the membership
 * is not as it was, or was the last owner's.
 */
function setRole(before: Membership, role: string, db: DrizzleD1Database) {
  const is = eq(members.role, before.role);
  const mayGo = before.role === OWNER ? and(is, otherOwner(before, db)) : is;
  return db
    .update(members)
    .set({ role: sql<string>`CASE WHEN ${mayGo} THEN ${role} END` })
    .where(isMembership(before));
}
