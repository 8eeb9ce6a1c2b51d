import { drizzle } from "drizzle-orm/d1";
import { auditDraft } from "../../app/audit/audit-trail.ts";
import type { PrivacySettingsStore } from "../../app/privacy/environment-privacy.ts";
import type { AuditLog } from "./audit-log.ts";
import { nextVersion, unlessStale } from "./next-version.ts";
import { environmentPrivacy, organisationCompliance } from "./privacy-schema.ts";

type Changes = Pick<PrivacySettingsStore, "patchEnvironment" | "patchOrganisation">;

/** Changes of the settings, each recorded together with it. */
export function createD1PrivacyChanges(d1: D1Database, audit: AuditLog): Changes {
  const db = drizzle(d1);

  return {
    patchEnvironment({ environment, before, after, atMs, caller }) {
      const { version, privateAttributes, ...settings } = after;
      const row = {
        ...settings,
        privateAttributes: [...privateAttributes],
        updatedAtMs: atMs,
      };
      const draft = auditDraft(caller, {
        action: "privacy.patch",
        target: { kind: "environment", id: environment.id, name: environment.key },
        project: environment.projectId,
        environment: environment.id,
        detail: { before, after },
        atMs,
      });
      const statement = db
        .insert(environmentPrivacy)
        .values({ ...row, environmentId: environment.id, version })
        .onConflictDoUpdate({
          target: environmentPrivacy.environmentId,
          set: { ...row, version: nextVersion(environmentPrivacy.version, version) },
        });
      return unlessStale(audit.commitWithEntry(draft, [statement]));
    },

    patchOrganisation({ before, after, atMs, caller }) {
      const { organisationId } = caller;
      const { version, ...settings } = after;
      const row = { ...settings, updatedAtMs: atMs };
      const draft = auditDraft(caller, {
        action: "compliance.patch",
        target: { kind: "organisation", id: organisationId, name: organisationId },
        detail: { before, after },
        atMs,
      });
      const statement = db
        .insert(organisationCompliance)
        .values({ ...row, organisationId, version })
        .onConflictDoUpdate({
          target: organisationCompliance.organisationId,
          set: { ...row, version: nextVersion(organisationCompliance.version, version) },
        });
      return unlessStale(audit.commitWithEntry(draft, [statement]));
    },
  };
}
