import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { ChainKey, ChainKeys } from "../../app/audit/chain-keys.ts";
import { invariant } from "../../core/result.ts";
import { newSigningKey, signEd25519, verifyEd25519 } from "../crypto/ed25519.ts";
import { KeyringError, type Keyring } from "../crypto/envelope.ts";
import { auditSigningKeys } from "./audit-schema.ts";

/** Binds a sealed private half to its organisation. */
export const seedContext = (organisationId: string): string =>
  `audit signing key ${organisationId}`;

export function createD1ChainKeys(
  d1: D1Database,
  keyring: () => Promise<Keyring>,
  now: () => number,
): ChainKeys {
  const db = drizzle(d1);
  const find = (organisationId: string) =>
    db
      .select()
      .from(auditSigningKeys)
      .where(eq(auditSigningKeys.organisationId, organisationId))
      .get();

  const make = async (organisationId: string): Promise<void> => {
    const { publicKey, seed } = await newSigningKey();
    const sealed = await (await keyring()).seal(seed, seedContext(organisationId));
    await db
      .insert(auditSigningKeys)
      .values({
        organisationId,
        id: publicKey.slice(0, 16),
        publicKey,
        seedKeyId: sealed.keyId,
        seed: sealed.sealed,
        createdAtMs: now(),
      })
      // Another request made one first: that one counts.
      .onConflictDoNothing();
  };

  const opened = async (row: typeof auditSigningKeys.$inferSelect): Promise<ChainKey> => {
    const { id, publicKey, seedKeyId, seed, organisationId } = row;
    const sealed = { keyId: seedKeyId, sealed: seed };
    const open = await (await keyring()).open(sealed, seedContext(organisationId));
    if (open === null) throw new KeyringError(`lacks the key "${seedKeyId}"`);
    return { id, publicKey, sign: (text) => signEd25519(open, text), verify: verifyEd25519 };
  };

  return {
    async of(organisationId) {
      const there = await find(organisationId);
      if (there !== undefined) return opened(there);
      await make(organisationId);
      const made = await find(organisationId);
      invariant(made !== undefined, "a key that was inserted is there");
      return opened(made);
    },
  };
}
