import type { Principal } from "../../app/access/principal.ts";
import { and, desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { isScope } from "../../core/access/scopes.ts";
import type { Token } from "../../app/tokens/token.ts";
import type { TokenStore } from "../../app/tokens/token-store.ts";
import type { AuditLog } from "./audit-log.ts";
import { isStale, nextVersion, unlessStale } from "./next-version.ts";
import { isAfterPlace, pageOfRows, placeOf, rowsFor } from "./page.ts";
import { managementTokens } from "./token-schema.ts";
import { isTaken, unlessTaken } from "./unique-violation.ts";

type Row = typeof managementTokens.$inferSelect;

const ID = "management_tokens.id";

export function createD1TokenStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): TokenStore {
  const db = drizzle(d1);

  const change = ({ id, expiresAtMs, revokedAtMs, replacedBy, version, updatedAtMs }: Token) => {
    const next = nextVersion(managementTokens.version, version);
    const set = { expiresAtMs, revokedAtMs, replacedBy, version: next, updatedAtMs };
    return db.update(managementTokens).set(set).where(eq(managementTokens.id, id));
  };

  return {
    async find(owner, id) {
      const isIt = and(isOf(owner), eq(managementTokens.id, id));
      const row = await db.select().from(managementTokens).where(isIt).get();
      return row === undefined ? undefined : toToken(row);
    },

    async list(owner, page) {
      const { createdAtMs, id } = managementTokens;
      const rows = await db
        .select()
        .from(managementTokens)
        .where(and(isOf(owner), isAfterPlace(page.cursor, createdAtMs, id)))
        .orderBy(desc(createdAtMs), desc(id))
        .limit(rowsFor(page));
      return pageOfRows(rows.map(toToken), page, (row) => placeOf(row.createdAtMs, row.id));
    },

    insert(token, entry) {
      const row = db.insert(managementTokens).values(toRow(token));
      return unlessTaken("exists", commitWithEntry(entry, [row]), ID);
    },

    async replace(old, replacement, entry) {
      try {
        await commitWithEntry(entry, [
          db.insert(managementTokens).values(toRow(replacement)),
          change(old),
        ]);
        return "committed";
      } catch (error) {
        if (isTaken(error, ID)) return "exists";
        if (isStale(error)) return "raced";
        throw error;
      }
    },

    update: (token, entry) => unlessStale(commitWithEntry(entry, [change(token)])),
  };
}

const isOf = ({ organisationId, kind, id }: Principal) =>
  and(
    eq(managementTokens.organisationId, organisationId),
    eq(managementTokens.ownerKind, kind),
    eq(managementTokens.ownerId, id),
  );

/** What an update sets of tokens that end at this moment. */
export const revokedAt = (atMs: number) => ({
  revokedAtMs: atMs,
  version: sql`${managementTokens.version} + 1`,
  updatedAtMs: atMs,
});

export function toToken({ organisationId, ownerKind: kind, ownerId, ...row }: Row): Token {
  const owner = { organisationId, kind, id: ownerId };
  // A scope that there is no more allows nothing.
  return { ...row, owner, scopes: row.scopes?.filter(isScope) ?? null };
}

export function toRow({ owner, ...token }: Token): Row {
  const { organisationId, kind, id } = owner;
  return { ...token, organisationId, ownerKind: kind, ownerId: id };
}
