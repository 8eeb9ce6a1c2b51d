import type { PrivacySettingsStore } from "../../src/app/privacy/environment-privacy.ts";
import type { SweepDeps } from "../../src/app/privacy/sweep.ts";
import type { AuditLog } from "../../src/adapters/d1/audit-log.ts";
import { createD1AuditDetails } from "../../src/adapters/d1/privacy-audit.ts";
import { createD1DeadLetterScan } from "../../src/adapters/d1/privacy-dead-letters.ts";
import { createD1KeptRows } from "../../src/adapters/d1/privacy-kept-rows.ts";
import { createD1PrivacyRequestStore } from "../../src/adapters/d1/privacy-requests.ts";
import { createD1PrivacyChanges } from "../../src/adapters/d1/privacy-settings-changes.ts";
import { createD1PrivacySettings } from "../../src/adapters/d1/privacy-settings.ts";
import { createR2DeadLetterBodies } from "../../src/adapters/r2/dead-letter-bodies.ts";
import { createR2ExportParts } from "../../src/adapters/r2/export-parts.ts";
import { createR2RawEventObjects } from "../../src/adapters/r2/raw-erasure.ts";
import { hexOf } from "../../src/core/hash/hex.ts";
import { auditKeyring } from "./audit-keys.ts";
import type { ControlEnv } from "./env.ts";
import type { Sources } from "./sources.ts";

/** What export, erasure and the settings about personal data need. */
export interface PrivacyServices extends Omit<
  SweepDeps,
  "authorities" | "now" | "privacySettings"
> {
  readonly privacySettings: PrivacySettingsStore;
}

/** A secret for unit keys, in hexadecimal. */
export const pepperFrom = (randomBytes: Sources["randomBytes"]): string =>
  hexOf(randomBytes(PEPPER_BYTES));

const PEPPER_BYTES = 32;

export function createPrivacyServices(
  env: Pick<ControlEnv, "DB" | "RAW_EVENTS" | "ADMIN_TOKEN" | "AUDIT_KEYS">,
  audit: AuditLog,
  { randomBytes }: Pick<Sources, "randomBytes">,
): PrivacyServices {
  const settings = createD1PrivacySettings(env.DB, () => pepperFrom(randomBytes));
  return {
    privacyRequests: createD1PrivacyRequestStore(env.DB, audit),
    privacySettings: { ...settings, ...createD1PrivacyChanges(env.DB, audit) },
    pepperOf: settings.pepperOf,
    keptRows: createD1KeptRows(env.DB),
    rawEvents: createR2RawEventObjects(env.RAW_EVENTS),
    exportParts: createR2ExportParts(env.RAW_EVENTS),
    deadLetterScan: createD1DeadLetterScan(env.DB, createR2DeadLetterBodies(env.RAW_EVENTS)),
    auditDetails: createD1AuditDetails(env.DB, () => auditKeyring(env)),
  };
}
