import { and, desc, eq, isNull } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { ServiceAccount } from "../../app/service-accounts/service-account.ts";
import type { ServiceAccountStore } from "../../app/service-accounts/service-account-store.ts";
import { grants } from "./access-schema.ts";
import type { AuditLog } from "./audit-log.ts";
import { isStale, nextVersion, unlessStale } from "./next-version.ts";
import { isAfterPlace, pageOfRows, placeOf, rowsFor } from "./page.ts";
import { managementTokens, serviceAccounts } from "./token-schema.ts";
import { revokedAt } from "./token-store.ts";
import { isTaken } from "./unique-violation.ts";

type Row = typeof serviceAccounts.$inferSelect;

export function createD1ServiceAccountStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): ServiceAccountStore {
  const db = drizzle(d1);

  return {
    ...readerOf(db),

    async insert(account, entry) {
      try {
        const row = { ...account, deletedAtMs: null };
        await commitWithEntry(entry, [db.insert(serviceAccounts).values(row)]);
        return "committed";
      } catch (error) {
        if (isTaken(error, "service_accounts.name")) return "name-taken";
        if (isTaken(error, "service_accounts.id")) return "exists";
        throw error;
      }
    },

    async update({ id, name, description, disabledAtMs, version, updatedAtMs }, entry) {
      const next = nextVersion(serviceAccounts.version, version);
      const set = { name, description, disabledAtMs, version: next, updatedAtMs };
      try {
        await commitWithEntry(entry, [
          db.update(serviceAccounts).set(set).where(eq(serviceAccounts.id, id)),
        ]);
        return "committed";
      } catch (error) {
        if (isTaken(error, "service_accounts.name")) return "name-taken";
        if (isStale(error)) return "raced";
        throw error;
      }
    },

    remove({ id, version, updatedAtMs }, entry) {
      const next = nextVersion(serviceAccounts.version, version);
      const set = { deletedAtMs: updatedAtMs, version: next, updatedAtMs };
      const isItsToken = and(
        eq(managementTokens.ownerKind, "service"),
        eq(managementTokens.ownerId, id),
        isNull(managementTokens.revokedAtMs),
      );
      const isItsGrant = and(eq(grants.principalKind, "service"), eq(grants.principalId, id));
      const commit = commitWithEntry(entry, [
        db.update(serviceAccounts).set(set).where(eq(serviceAccounts.id, id)),
        db.delete(grants).where(isItsGrant),
        db.update(managementTokens).set(revokedAt(updatedAtMs)).where(isItsToken),
      ]);
      return unlessStale(commit);
    },
  };
}

function readerOf(db: DrizzleD1Database): Pick<ServiceAccountStore, "find" | "list"> {
  return {
    async find(organisationId, id) {
      const isIt = and(isIn(organisationId), eq(serviceAccounts.id, id));
      const row = await db.select().from(serviceAccounts).where(isIt).get();
      return row === undefined ? undefined : toAccount(row);
    },

    async list(organisationId, page) {
      const { createdAtMs, id } = serviceAccounts;
      const rows = await db
        .select()
        .from(serviceAccounts)
        .where(and(isIn(organisationId), isAfterPlace(page.cursor, createdAtMs, id)))
        .orderBy(desc(createdAtMs), desc(id))
        .limit(rowsFor(page));
      return pageOfRows(rows.map(toAccount), page, (row) => placeOf(row.createdAtMs, row.id));
    },
  };
}

const isIn = (organisationId: string) =>
  and(eq(serviceAccounts.organisationId, organisationId), isNull(serviceAccounts.deletedAtMs));

function toAccount(row: Row): ServiceAccount {
  const { deletedAtMs: _, ...account } = row;
  return account;
}
