import { eq, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { SignInStore } from "../../app/identity/sign-in-by-provider.ts";
import { toProvider } from "./identity-provider-store.ts";
import { identityDomains, identityProviders, signInRequests } from "./sso-schema.ts";

export function createD1SignInStore(d1: D1Database): SignInStore {
  const db = drizzle(d1);

  const providerById: SignInStore["providerById"] = async (id) => {
    const [rows, domains] = await db.batch([
      db.select().from(identityProviders).where(eq(identityProviders.id, id)),
      db.select().from(identityDomains).where(eq(identityDomains.providerId, id)),
    ]);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { secretKeyId: keyId, sealedSecret: sealed } = row;
    const secret = keyId === null || sealed === null ? null : { keyId, sealed };
    return { provider: toProvider(row, domains), secret };
  };

  return {
    providerById,

    async providerOfDomain(domain) {
      const row = await db
        .select()
        .from(identityDomains)
        .where(eq(identityDomains.domain, domain))
        .get();
      return row && providerById(row.providerId);
    },

    async open(request, nowMs) {
      await db.batch([
        db.delete(signInRequests).where(lte(signInRequests.expiresAtMs, nowMs)),
        db.insert(signInRequests).values(request),
      ]);
    },

    async take(stateHash) {
      const isIt = eq(signInRequests.stateHash, stateHash);
      return (await db.delete(signInRequests).where(isIt).returning())[0];
    },
  };
}
