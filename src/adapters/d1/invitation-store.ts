import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Invitation, InvitationStore } from "../../app/identity/invitation.ts";
import { acceptStatements } from "./accept-statements.ts";
import type { AuditLog } from "./audit-log.ts";
import { invitationEnds, invitations } from "./identity-schema.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { unlessTaken } from "./unique-violation.ts";

type Row = {
  readonly invitations: typeof invitations.$inferSelect;
  readonly invitation_ends: typeof invitationEnds.$inferSelect | null;
};

export function createD1InvitationStore(
  d1: D1Database,
  audit: Pick<AuditLog, "commitWithEntry">,
): InvitationStore {
  const db = drizzle(d1);
  const withEnds = () =>
    db
      .select()
      .from(invitations)
      .leftJoin(invitationEnds, eq(invitationEnds.invitationId, invitations.id));

  return {
    async insert(invitation, tokenHash, draft) {
      const row = rowOf(invitation, tokenHash);
      await audit.commitWithEntry(draft, [db.insert(invitations).values(row)]);
    },

    async replaceFirstOwner(invitation, tokenHash, draft) {
      const row = rowOf(invitation, tokenHash);
      await audit.commitWithEntry(draft, [
        db.insert(invitationEnds).select(openFirstOwners(db, invitation.createdAtMs)),
        db.insert(invitations).values(row),
      ]);
    },

    async list(organisationId, page) {
      const isIn = and(
        eq(invitations.organisationId, organisationId),
        gt(invitations.id, page.cursor ?? ""),
      );
      const rows = await withEnds().where(isIn).orderBy(asc(invitations.id)).limit(rowsFor(page));
      return pageOfRows(rows.map(toInvitation), page, ({ id }) => id);
    },

    async find(organisationId, id) {
      const isIt = and(eq(invitations.organisationId, organisationId), eq(invitations.id, id));
      const row = await withEnds().where(isIt).get();
      return row && toInvitation(row);
    },

    async findByToken(tokenHash) {
      const row = await withEnds().where(eq(invitations.tokenHash, tokenHash)).get();
      return row && toInvitation(row);
    },

    accept: (acceptance, draft) =>
      unlessTaken("ended", audit.commitWithEntry(draft, acceptStatements(db, acceptance))),

    cancel(id, atMs, draft) {
      const end = { invitationId: id, outcome: "cancelled", personId: null, atMs } as const;
      const ending = db.insert(invitationEnds).values(end);
      return unlessTaken("ended", audit.commitWithEntry(draft, [ending]));
    },
  };
}

function rowOf(
  { invitedBy, ended: _open, ...invitation }: Invitation,
  tokenHash: string,
): typeof invitations.$inferInsert {
  const { kind, id, name } = invitedBy;
  return {
    ...invitation,
    tokenHash,
    invitedByKind: kind,
    invitedById: id,
    invitedByName: name,
  };
}

/** Each link for a first owner that is open, with an end for it. */
const openFirstOwners = (db: ReturnType<typeof drizzle>, atMs: number) =>
  db
    .select({
      invitationId: invitations.id,
      outcome: sql<"cancelled">`'cancelled'`.as("outcome"),
      personId: sql<null>`NULL`.as("person_id"),
      atMs: sql<number>`${atMs}`.as("at_ms"),
    })
    .from(invitations)
    .leftJoin(invitationEnds, eq(invitationEnds.invitationId, invitations.id))
    .where(and(isNull(invitations.email), isNull(invitationEnds.invitationId)));

function toInvitation({ invitations: row, invitation_ends: end }: Row): Invitation {
  const { id, organisationId, email, role, createdAtMs, expiresAtMs } = row;
  return {
    id,
    organisationId,
    email,
    role,
    invitedBy: { kind: row.invitedByKind, id: row.invitedById, name: row.invitedByName },
    createdAtMs,
    expiresAtMs,
    ended: end && { outcome: end.outcome, atMs: end.atMs },
  };
}
