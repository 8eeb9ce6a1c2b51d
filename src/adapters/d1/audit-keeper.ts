import { and, asc, count, eq, inArray, isNotNull, lte, ne } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { ChainKeeper } from "../../app/audit/prune-chain.ts";
import type { Keyring } from "../crypto/envelope.ts";
import { seedContext } from "./audit-chain-keys.ts";
import type { AuditLog } from "./audit-log.ts";
import { detailContext } from "./audit-row.ts";
import { auditLog, auditSigningKeys } from "./audit-schema.ts";

/** What is done to an organisation's chain besides appending. */
export function createD1ChainKeeper(
  d1: D1Database,
  audit: AuditLog,
  keyring: () => Promise<Keyring>,
): ChainKeeper {
  const db = drizzle(d1);

  const rekeySeed = async (organisationId: string, ring: Keyring): Promise<void> => {
    const isIt = eq(auditSigningKeys.organisationId, organisationId);
    const row = await db.select().from(auditSigningKeys).where(isIt).get();
    if (row === undefined || row.seedKeyId === ring.sealsWith) return;
    const context = seedContext(organisationId);
    const seed = await ring.open({ keyId: row.seedKeyId, sealed: row.seed }, context);
    if (seed === null) return;
    const { keyId, sealed } = await ring.seal(seed, context);
    await db.update(auditSigningKeys).set({ seedKeyId: keyId, seed: sealed }).where(isIt);
  };

  const rekeyRow = async (row: typeof auditLog.$inferSelect, ring: Keyring): Promise<void> => {
    const { detailKeyId, detail, organisationId, sequence } = row;
    if (detailKeyId === null || detail === null) return;
    const context = detailContext(row);
    const text = await ring.open({ keyId: detailKeyId, sealed: detail }, context);
    if (text === null) return;
    const { keyId, sealed } = await ring.seal(text, context);
    // What was erased or masked in the meantime stays so.
    const isUnchanged = and(
      eq(auditLog.organisationId, organisationId),
      eq(auditLog.sequence, sequence),
      eq(auditLog.detail, detail),
    );
    await db.update(auditLog).set({ detailKeyId: keyId, detail: sealed }).where(isUnchanged);
  };

  return {
    async removeUpTo(sequence, draft) {
      const isOld = and(
        eq(auditLog.organisationId, draft.organisationId),
        lte(auditLog.sequence, sequence),
      );
      await audit.commitWithEntry(draft, [db.delete(auditLog).where(isOld)]);
    },

    async rekey(organisationId, limit) {
      const ring = await keyring();
      await rekeySeed(organisationId, ring);
      const isOfIt = eq(auditLog.organisationId, organisationId);
      const older = ring.opensWith.filter((id) => id !== ring.sealsWith);
      const rows = await db
        .select()
        .from(auditLog)
        .where(and(isOfIt, inArray(auditLog.detailKeyId, older)))
        .orderBy(asc(auditLog.sequence))
        .limit(limit);
      await Promise.all(rows.map((row) => rekeyRow(row, ring)));
      const isElse = and(isNotNull(auditLog.detailKeyId), ne(auditLog.detailKeyId, ring.sealsWith));
      const left = await db
        .select({ details: count() })
        .from(auditLog)
        .where(and(isOfIt, isElse))
        .get();
      return { keyId: ring.sealsWith, rekeyed: rows.length, remaining: left?.details ?? 0 };
    },
  };
}
