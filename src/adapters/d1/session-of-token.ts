import { and, asc, eq, gt, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { drizzle } from "drizzle-orm/d1";
import type { SessionPerson } from "../../app/identity/session.ts";
import { accounts, members, people, sessions } from "./identity-schema.ts";

/** Whose session it is, and in which organisation: one question, because every request asks it. */
export async function sessionOfToken(
  db: ReturnType<typeof drizzle>,
  tokenHash: string,
  nowMs: number,
): Promise<SessionPerson | undefined> {
  const passwords = db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.userId, people.id), isNotNull(accounts.password)));
  const counts = and(
    eq(sessions.token, tokenHash),
    gt(sessions.expiresAt, new Date(nowMs)),
    isNull(people.deactivatedAt),
  );
  const row = await db
    .select({
      sessionId: sessions.id,
      personId: people.id,
      name: people.name,
      email: people.email,
      twoFactorEnabled: people.twoFactorEnabled,
      hasPassword: sql<number>`exists ${passwords}`,
      beganAt: sessions.createdAt,
      providerOrganisationId: sessions.providerOrganisationId,
      organisationId: members.organizationId,
    })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.userId))
    .innerJoin(members, and(eq(members.userId, people.id), isEntered))
    .where(counts)
    .orderBy(asc(members.createdAt), asc(members.id))
    .limit(1)
    .get();
  if (row === undefined) return undefined;
  const { twoFactorEnabled, hasPassword, beganAt, providerOrganisationId, ...person } = row;
  return {
    ...person,
    twoFactorEnabled: twoFactorEnabled === true,
    hasPassword: hasPassword === 1,
    beganAtMs: beganAt.getTime(),
    byProvider: providerOrganisationId !== null,
  };
}

/** A session that entered no organisation is in the first that its person joined. */
const isEntered = or(
  isNull(sessions.activeOrganizationId),
  eq(members.organizationId, sessions.activeOrganizationId),
);
