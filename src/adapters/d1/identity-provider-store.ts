import { and, asc, eq, gt, inArray } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type {
  IdentityProvider,
  IdentityProviderStore,
  ProviderCommit,
  SealedSecret,
} from "../../app/identity/identity-provider.ts";
import type { AuditLog } from "./audit-log.ts";
import { isStale, nextVersion } from "./next-version.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { identityDomains, identityProviders } from "./sso-schema.ts";
import { isTaken } from "./unique-violation.ts";

type Row = typeof identityProviders.$inferSelect;
type Db = ReturnType<typeof drizzle>;

export function createD1IdentityProviderStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): IdentityProviderStore {
  const db = drizzle(d1);

  /** Commits, and tells the ways apart in which another writer can be first. */
  const commit = async (
    provider: IdentityProvider,
    ...[entry, statements]: Parameters<AuditLog["commitWithEntry"]>
  ): Promise<ProviderCommit> => {
    try {
      await commitWithEntry(entry, statements);
      return "committed";
    } catch (error) {
      if (isStale(error)) return "raced";
      if (isTaken(error, "identity_domains.domain")) return takenDomain(provider, db);
      throw error;
    }
  };

  return {
    async list(organisationId, page) {
      const { id } = identityProviders;
      const isIn = and(isOf(organisationId), gt(id, page.cursor ?? ""));
      const query = db.select().from(identityProviders).where(isIn).orderBy(asc(id));
      const rows = await query.limit(rowsFor(page));
      return pageOfRows(await withDomains(rows, db), page, (provider) => provider.id);
    },

    async find(organisationId, id) {
      const isIt = and(isOf(organisationId), eq(identityProviders.id, id));
      const rows = await db.select().from(identityProviders).where(isIt);
      return (await withDomains(rows, db))[0];
    },

    async insert(provider, secret, entry) {
      try {
        return await commit(provider, entry, [
          db.insert(identityProviders).values(toRow(provider, secret)),
          ...domainRows(provider, db),
        ]);
      } catch (error) {
        if (isTaken(error, "identity_providers.id")) return "exists";
        throw error;
      }
    },

    update: (provider, secret, entry) =>
      commit(provider, entry, [
        changeOf(provider, secret, db),
        dropDomains(provider, db),
        ...domainRows(provider, db),
      ]),

    async delete(provider, entry) {
      const next = nextVersion(identityProviders.version, provider.version + 1);
      const isIt = eq(identityProviders.id, provider.id);
      const committed = await commit(provider, entry, [
        db.update(identityProviders).set({ version: next }).where(isIt),
        dropDomains(provider, db),
        db.delete(identityProviders).where(isIt),
      ]);
      return committed === "committed" ? committed : "raced";
    },
  };
}

const isOf = (organisationId: string) => eq(identityProviders.organisationId, organisationId);

async function withDomains(rows: readonly Row[], db: Db): Promise<readonly IdentityProvider[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const domains = await db
    .select()
    .from(identityDomains)
    .where(inArray(identityDomains.providerId, ids))
    .orderBy(asc(identityDomains.domain));
  return rows.map((row) => toProvider(row, domains));
}

const domainRows = ({ id, organisationId, domains }: IdentityProvider, db: Db) =>
  domains.map((domain) =>
    db.insert(identityDomains).values({ domain, providerId: id, organisationId }),
  );

const dropDomains = ({ id }: IdentityProvider, db: Db) =>
  db.delete(identityDomains).where(eq(identityDomains.providerId, id));

/** The first of the provider's domains that another one has. */
async function takenDomain({ id, domains }: IdentityProvider, db: Db): Promise<ProviderCommit> {
  const rows = await db
    .select()
    .from(identityDomains)
    .where(inArray(identityDomains.domain, [...domains]));
  const other = rows.find(({ providerId }) => providerId !== id);
  return other === undefined ? "raced" : { kind: "domain-taken", domain: other.domain };
}

function changeOf(provider: IdentityProvider, secret: SealedSecret | undefined, db: Db) {
  const { id, name, settings, roles, disabled, version, updatedAtMs } = provider;
  const next = nextVersion(identityProviders.version, version);
  const sealed =
    secret === undefined ? {} : { secretKeyId: secret.keyId, sealedSecret: secret.sealed };
  return db
    .update(identityProviders)
    .set({ name, settings, roles, disabled, version: next, updatedAtMs, ...sealed })
    .where(eq(identityProviders.id, id));
}

export function toProvider(
  { secretKeyId: _key, sealedSecret: _secret, ...row }: Row,
  domains: readonly (typeof identityDomains.$inferSelect)[],
): IdentityProvider {
  const own = domains.filter(({ providerId }) => providerId === row.id);
  return { ...row, domains: own.map(({ domain }) => domain) };
}

function toRow(
  { domains: _domains, ...provider }: IdentityProvider,
  secret: SealedSecret | undefined,
): Row {
  return {
    ...provider,
    secretKeyId: secret?.keyId ?? null,
    sealedSecret: secret?.sealed ?? null,
  };
}
