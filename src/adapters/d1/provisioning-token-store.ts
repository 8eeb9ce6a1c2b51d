import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { ProvisioningTokenStore } from "../../app/provisioning/provisioning-token.ts";
import type { AuditLog } from "./audit-log.ts";
import { nextVersion, unlessStale } from "./next-version.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { provisioningTokens } from "./sso-schema.ts";
import { unlessTaken } from "./unique-violation.ts";

const isOf = (organisationId: string) => eq(provisioningTokens.organisationId, organisationId);

export function createD1ProvisioningTokenStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): ProvisioningTokenStore {
  const db = drizzle(d1);
  const rows = () => db.select().from(provisioningTokens);

  return {
    async list(organisationId, page) {
      const { id } = provisioningTokens;
      const isIn = and(isOf(organisationId), gt(id, page.cursor ?? ""));
      const found = await rows().where(isIn).orderBy(asc(id)).limit(rowsFor(page));
      return pageOfRows(found, page, (token) => token.id);
    },

    find: (organisationId, id) =>
      rows()
        .where(and(isOf(organisationId), eq(provisioningTokens.id, id)))
        .get(),

    findByHash: (hash) => rows().where(eq(provisioningTokens.hash, hash)).get(),

    insert: (token, entry) =>
      unlessTaken("exists", commitWithEntry(entry, [db.insert(provisioningTokens).values(token)])),

    update({ id, revokedAtMs, version, updatedAtMs }, entry) {
      const next = nextVersion(provisioningTokens.version, version);
      const set = { revokedAtMs, version: next, updatedAtMs };
      const change = db.update(provisioningTokens).set(set).where(eq(provisioningTokens.id, id));
      return unlessStale(commitWithEntry(entry, [change]));
    },

    async used(id, atMs) {
      const isIt = eq(provisioningTokens.id, id);
      await db.update(provisioningTokens).set({ lastUsedAtMs: atMs }).where(isIt);
    },
  };
}
