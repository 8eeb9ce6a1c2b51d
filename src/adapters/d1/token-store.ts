import type { Principal } from "../../app/access/principal.ts";
import { and, desc, eq, lt, or, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { isScope } from "../../core/access/scopes.ts";
import type { Token } from "../../app/tokens/token.ts";
import type { TokenStore } from "../../app/tokens/token-store.ts";
import type { AuditLog } from "./audit-log.ts";
import { isStale, nextVersion } from "./next-version.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { managementTokens } from "./token-schema.ts";
import { isTaken } from "./unique-violation.ts";

type Row = typeof managementTokens.$inferSelect;

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
      const rows = await db
        .select()
        .from(managementTokens)
        .where(and(isOf(owner), isAfter(page.cursor)))
        .orderBy(desc(managementTokens.createdAtMs), desc(managementTokens.id))
        .limit(rowsFor(page));
      const { items, next } = pageOfRows(rows, page, (row) => `${row.createdAtMs}.${row.id}`);
      return { items: items.map(toToken), next };
    },

    async insert(token, entry) {
      try {
        await commitWithEntry(entry, [db.insert(managementTokens).values(toRow(token))]);
        return "committed";
      } catch (error) {
        if (isTaken(error, "management_tokens.id")) return "exists";
        throw error;
      }
    },

    async replace(old, replacement, entry) {
      try {
        await commitWithEntry(entry, [
          db.insert(managementTokens).values(toRow(replacement)),
          change(old),
        ]);
        return "committed";
      } catch (error) {
        if (isTaken(error, "management_tokens.id")) return "exists";
        if (isStale(error)) return "raced";
        throw error;
      }
    },

    async update(token, entry) {
      try {
        await commitWithEntry(entry, [change(token)]);
        return "committed";
      } catch (error) {
        if (isStale(error)) return "raced";
        throw error;
      }
    },
  };
}

const isOf = ({ organisationId, kind, id }: Principal) =>
  and(
    eq(managementTokens.organisationId, organisationId),
    eq(managementTokens.ownerKind, kind),
    eq(managementTokens.ownerId, id),
  );

/** What follows a place on the list, which is the moment and id of the last token shown. */
function isAfter(cursor: string | null): SQL | undefined {
  if (cursor === null) return undefined;
  const [moment = "", id = ""] = cursor.split(".");
  const atMs = Number(moment);
  return or(
    lt(managementTokens.createdAtMs, atMs),
    and(eq(managementTokens.createdAtMs, atMs), lt(managementTokens.id, id)),
  );
}

export function toToken({ organisationId, ownerKind: kind, ownerId, ...row }: Row): Token {
  const owner = { organisationId, kind, id: ownerId };
  // A scope that there is no more allows nothing.
  return { ...row, owner, scopes: row.scopes?.filter(isScope) ?? null };
}

export function toRow({ owner, ...token }: Token): Row {
  const { organisationId, kind, id } = owner;
  return { ...token, organisationId, ownerKind: kind, ownerId: id };
}
