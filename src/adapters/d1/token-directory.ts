import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { Principal } from "../../app/access/principal.ts";
import type { Token } from "../../app/tokens/token.ts";
import type { KnownToken, TokenDirectory } from "../../app/tokens/token-directory.ts";
import { grants } from "./access-schema.ts";
import type { AuditLog } from "./audit-log.ts";
import { members, people } from "./identity-schema.ts";
import { managementTokens, serviceAccounts } from "./token-schema.ts";
import { revokedAt, toRow, toToken } from "./token-store.ts";
import { isTaken } from "./unique-violation.ts";

export function createD1TokenDirectory(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): TokenDirectory {
  const db = drizzle(d1);

  return {
    async find(id) {
      const row = await db
        .select({
          token: managementTokens,
          account: {
            name: serviceAccounts.name,
            disabledAtMs: serviceAccounts.disabledAtMs,
            deletedAtMs: serviceAccounts.deletedAtMs,
          },
          person: { name: people.name, deactivatedAt: people.deactivatedAt },
          membership: members.id,
        })
        .from(managementTokens)
        .leftJoin(serviceAccounts, isItsAccount)
        .leftJoin(people, isItsPerson)
        .leftJoin(members, isItsMembership)
        .where(eq(managementTokens.id, id))
        .get();
      return row === undefined ? undefined : toKnown(row);
    },

    async used(id, atMs) {
      const { lastUsedAtMs } = managementTokens;
      const isOlder = or(isNull(lastUsedAtMs), lt(lastUsedAtMs, atMs));
      await db
        .update(managementTokens)
        .set({ lastUsedAtMs: atMs })
        .where(and(eq(managementTokens.id, id), isOlder));
    },

    async enter(token, ownerName, entry) {
      try {
        await commitWithEntry(entry, entering(db, token, ownerName));
      } catch (error) {
        // Another request with the same token was faster.
        if (!isTaken(error, "management_tokens.id")) throw error;
      }
    },
  };
}

const isItsAccount = and(
  eq(managementTokens.ownerKind, "service"),
  eq(serviceAccounts.id, managementTokens.ownerId),
  eq(serviceAccounts.organisationId, managementTokens.organisationId),
);
const isItsPerson = and(
  eq(managementTokens.ownerKind, "person"),
  eq(people.id, managementTokens.ownerId),
);
const isItsMembership = and(
  eq(members.userId, people.id),
  eq(members.organizationId, managementTokens.organisationId),
);

/** What enters a token: those before it end, and its owner is there and may do everything. */
function entering(db: DrizzleD1Database, token: Token, ownerName: string) {
  const { owner, createdAtMs: nowMs } = token;
  const { organisationId } = owner;
  const account = { id: owner.id, organisationId, name: ownerName, version: 1 };
  const isEarlier = and(
    eq(managementTokens.ownerId, owner.id),
    eq(managementTokens.issuedBy, token.issuedBy),
    isNull(managementTokens.revokedAtMs),
  );
  return [
    db.update(managementTokens).set(revokedAt(nowMs)).where(isEarlier),
    db.insert(managementTokens).values(toRow(token)),
    db
      .insert(serviceAccounts)
      .values({ ...account, createdAtMs: nowMs, updatedAtMs: nowMs })
      .onConflictDoUpdate({
        target: serviceAccounts.id,
        set: {
          disabledAtMs: null,
          deletedAtMs: null,
          version: sql`${serviceAccounts.version} + 1`,
          updatedAtMs: nowMs,
        },
      }),
    db.insert(grants).values(ownerOf(owner, nowMs)).onConflictDoNothing(),
  ];
}

/** Everything, in every organisation. */
const ownerOf = ({ kind, id }: Principal, nowMs: number): typeof grants.$inferInsert => ({
  id,
  organisationId: null,
  principalKind: kind,
  principalId: id,
  effect: "allow",
  role: "owner",
  createdAtMs: nowMs,
});

interface Found {
  readonly token: typeof managementTokens.$inferSelect;
  readonly account: {
    readonly name: string;
    readonly disabledAtMs: number | null;
    readonly deletedAtMs: number | null;
  } | null;
  readonly person: { readonly name: string; readonly deactivatedAt: Date | null } | null;
  readonly membership: string | null;
}

function toKnown({ token, account, person, membership }: Found): KnownToken {
  const ownerStands =
    token.ownerKind === "service"
      ? account !== null && account.disabledAtMs === null && account.deletedAtMs === null
      : person !== null && person.deactivatedAt === null && membership !== null;
  const ownerName = account?.name ?? person?.name ?? token.ownerId;
  return { token: toToken(token), ownerName, ownerStands };
}
