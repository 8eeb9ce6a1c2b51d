import { eq, inArray, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import {
  COMPLIANCE_DEFAULTS,
  type EnvironmentPrivacy,
  type OrganisationCompliance,
  PRIVACY_DEFAULTS,
  type PrivacySettingsStore,
  effectivePrivacy,
} from "../../app/privacy/environment-privacy.ts";
import { environmentId } from "../../core/brand.ts";
import { COMPLIANCE_PRESETS } from "../../core/compliance/presets.ts";
import type { EventPrivacy } from "../../core/privacy/event-privacy.ts";
import { bytesOf } from "../../core/hash/hex.ts";
import { environmentPrivacy, organisationCompliance } from "./privacy-schema.ts";
import { environments, projects } from "./schema.ts";

type PrivacyRow = typeof environmentPrivacy.$inferSelect;
type ComplianceRow = typeof organisationCompliance.$inferSelect;

type Reads = Pick<
  PrivacySettingsStore,
  "ofEnvironment" | "pepperOf" | "forEvents" | "ofOrganisation" | "all"
>;

/** What the settings are; who only reads them needs no audit log. */
export function createD1PrivacySettings(d1: D1Database, newPepper: () => string): Reads {
  const db = drizzle(d1);

  return {
    async ofEnvironment(id) {
      const isIt = eq(environmentPrivacy.environmentId, id);
      return toPrivacy(await db.select().from(environmentPrivacy).where(isIt).get());
    },

    async pepperOf(id) {
      const row = await db
        .select({ pepper: environmentPrivacy.pepper })
        .from(environmentPrivacy)
        .where(eq(environmentPrivacy.environmentId, id))
        .get();
      return row === undefined || row.pepper === null ? null : bytesOf(row.pepper);
    },

    async forEvents(ids) {
      const rows = await joined(db).where(inArray(environments.id, [...ids]));
      const settings = await Promise.all(
        rows.map(async ({ id, privacy, compliance }) => {
          const effective = effectiveOf(privacy, compliance);
          const stored = privacy?.pepper ?? null;
          const pepper = effective.hashUnits
            ? (stored ?? (await makePepper(db, id, newPepper())))
            : null;
          return [environmentId(id), toEventPrivacy(effective, pepper)] as const;
        }),
      );
      return new Map(settings);
    },

    async all(after, limit) {
      const rows = await joined(db)
        .where(sql`${environments.id} > ${after ?? ""}`)
        .orderBy(environments.id)
        .limit(limit);
      return rows.map(({ id, privacy, compliance }) => ({
        environmentId: environmentId(id),
        privacy: effectiveOf(privacy, compliance),
      }));
    },

    ...createD1ComplianceReader(d1),
  };
}

/** What organisations have chosen. */
export function createD1ComplianceReader(d1: D1Database): Pick<Reads, "ofOrganisation"> {
  const db = drizzle(d1);
  return {
    async ofOrganisation(id) {
      const isIt = eq(organisationCompliance.organisationId, id);
      return toCompliance(await db.select().from(organisationCompliance).where(isIt).get());
    },
  };
}

/** Environments with what is set for them and for their organisations. */
const joined = (db: DrizzleD1Database) =>
  db
    .select({
      id: environments.id,
      privacy: environmentPrivacy,
      compliance: organisationCompliance,
    })
    .from(environments)
    .innerJoin(projects, eq(environments.projectId, projects.id))
    .leftJoin(environmentPrivacy, eq(environmentPrivacy.environmentId, environments.id))
    .leftJoin(
      organisationCompliance,
      eq(organisationCompliance.organisationId, projects.organisationId),
    );

const effectiveOf = (privacy: PrivacyRow | null, compliance: ComplianceRow | null) =>
  effectivePrivacy(toPrivacy(privacy), COMPLIANCE_PRESETS[toCompliance(compliance).preset]);

/** Of two that make one at the same time, both get the first. */
async function makePepper(db: DrizzleD1Database, id: string, pepper: string): Promise<string> {
  const [row] = await db
    .insert(environmentPrivacy)
    .values({ ...PRIVACY_DEFAULTS, ...NO_LISTS, environmentId: id, pepper, updatedAtMs: 0 })
    .onConflictDoUpdate({
      target: environmentPrivacy.environmentId,
      set: { pepper: sql`coalesce(${environmentPrivacy.pepper}, excluded.pepper)` },
    })
    .returning({ pepper: environmentPrivacy.pepper });
  return row?.pepper ?? pepper;
}

const NO_LISTS = { privateAttributes: [] };

function toPrivacy(row: PrivacyRow | null | undefined): EnvironmentPrivacy {
  if (row === null || row === undefined) return PRIVACY_DEFAULTS;
  const { environmentId: _, pepper: __, updatedAtMs: ___, ...privacy } = row;
  return privacy;
}

function toCompliance(row: ComplianceRow | null | undefined): OrganisationCompliance {
  if (row === null || row === undefined) return COMPLIANCE_DEFAULTS;
  const { preset, auditDetailDays, auditEntryDays, version } = row;
  return { preset, auditDetailDays, auditEntryDays, version };
}

const toEventPrivacy = (
  { privateAttributes, attributeMasking }: EnvironmentPrivacy,
  pepper: string | null,
): EventPrivacy => ({
  privateAttributes,
  attributeMasking,
  pepper: pepper === null ? null : bytesOf(pepper),
});
