import { and, asc, desc, eq, exists, gt, isNull, ne, or } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { SessionStore, SessionSummary } from "../../app/identity/session.ts";
import type { AuditLog } from "./audit-log.ts";
import { members, sessions } from "./identity-schema.ts";
import { organisations } from "./schema.ts";
import { sessionOfToken } from "./session-of-token.ts";

export function createD1SessionStore(
  d1: D1Database,
  audit: Pick<AuditLog, "commitWithEntry">,
): SessionStore {
  const db = drizzle(d1);

  return {
    async begin({ personId, tokenHash, createdAtMs, expiresAtMs, ...session }, draft) {
      const createdAt = new Date(createdAtMs);
      const row = { ...session, userId: personId, token: tokenHash, createdAt };
      const expiresAt = new Date(expiresAtMs);
      await audit.commitWithEntry(draft, [
        db.insert(sessions).values({ ...row, updatedAt: createdAt, expiresAt }),
      ]);
    },

    find: (tokenHash, nowMs) => sessionOfToken(db, tokenHash, nowMs),

    async list(personId, nowMs) {
      const rows = await db
        .select()
        .from(sessions)
        .where(and(eq(sessions.userId, personId), gt(sessions.expiresAt, new Date(nowMs))))
        .orderBy(desc(sessions.createdAt), asc(sessions.id));
      return rows.map(toSummary);
    },

    async end(personId, sessionId) {
      const isIt = and(eq(sessions.id, sessionId), eq(sessions.userId, personId));
      return (await db.delete(sessions).where(isIt).returning({ id: sessions.id })).length > 0;
    },

    async endAll(personId, kept) {
      const isOther = kept === null ? undefined : ne(sessions.id, kept);
      const ended = await db
        .delete(sessions)
        .where(and(eq(sessions.userId, personId), isOther))
        .returning({ id: sessions.id });
      return ended.length;
    },

    organisations(personId) {
      return db
        .select({ id: organisations.id, name: organisations.name })
        .from(members)
        .innerJoin(organisations, eq(organisations.id, members.organizationId))
        .where(eq(members.userId, personId))
        .orderBy(asc(members.createdAt), asc(members.id));
    },

    ...placesOf(db),
  };
}

/** In which organisation a session is. */
const placesOf = (db: DrizzleD1Database): Pick<SessionStore, "confine" | "enter"> => ({
  async confine({ sessionId, personId }, organisationId) {
    await db
      .update(sessions)
      .set({ activeOrganizationId: organisationId, providerOrganisationId: organisationId })
      .where(and(eq(sessions.id, sessionId), eq(sessions.userId, personId)));
  },

  async enter({ sessionId, personId }, organisationId) {
    const isIts = and(eq(members.userId, personId), eq(members.organizationId, organisationId));
    const isMember = exists(db.select({ id: members.id }).from(members).where(isIts));
    const entered = await db
      .update(sessions)
      .set({ activeOrganizationId: organisationId })
      .where(
        and(
          eq(sessions.id, sessionId),
          eq(sessions.userId, personId),
          isMember,
          mayEnter(organisationId),
        ),
      )
      .returning({ id: sessions.id });
    return entered.length > 0;
  },
});

/** What an identity provider began stays in that one's organisation. */
const mayEnter = (organisationId: string) =>
  or(isNull(sessions.providerOrganisationId), eq(sessions.providerOrganisationId, organisationId));

function toSummary(row: typeof sessions.$inferSelect): SessionSummary {
  const { id, ipAddress, userAgent, createdAt, expiresAt } = row;
  return {
    id,
    ipAddress: ipAddress === "" ? null : ipAddress,
    userAgent: userAgent === "" ? null : userAgent,
    createdAtMs: createdAt.getTime(),
    expiresAtMs: expiresAt.getTime(),
  };
}
