import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type {
  PlaceReport,
  PrivacyRequest,
  RequestedEnvironment,
} from "../../app/privacy/privacy-request.ts";
import type { Actor } from "../../core/authority/actor.ts";
import type { Preset } from "../../core/compliance/presets.ts";
import type { MaskingMode } from "../../core/privacy/mask.ts";

/** How strictly an organisation is run. No row: the preset `standard`. */
export const organisationCompliance = sqliteTable("organisation_compliance", {
  organisationId: text("organisation_id").primaryKey(),
  preset: text("preset").$type<Preset>().notNull(),
  auditDetailDays: integer("audit_detail_days"),
  auditEntryDays: integer("audit_entry_days"),
  version: integer("version").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});

/** How an environment treats personal data in events. No row: the defaults. */
export const environmentPrivacy = sqliteTable("environment_privacy", {
  environmentId: text("environment_id").primaryKey(),
  privateAttributes: text("private_attributes", { mode: "json" }).$type<string[]>().notNull(),
  attributeMasking: text("attribute_masking").$type<MaskingMode>().notNull(),
  hashUnits: integer("hash_units", { mode: "boolean" }).notNull(),
  pepper: text("pepper"),
  rawEventDays: integer("raw_event_days"),
  deadLetterDays: integer("dead_letter_days"),
  version: integer("version").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});

export const privacyRequests = sqliteTable("privacy_requests", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  kind: text("kind").$type<PrivacyRequest["kind"]>().notNull(),
  unit: text("unit"),
  unitShown: text("unit_shown").notNull(),
  attribute: text("attribute").notNull(),
  environments: text("environments", { mode: "json" }).$type<RequestedEnvironment[]>().notNull(),
  state: text("state").$type<PrivacyRequest["state"]>().notNull(),
  place: integer("place").notNull(),
  placeAfter: text("place_after"),
  report: text("report", { mode: "json" }).$type<PlaceReport[]>().notNull(),
  actorKind: text("actor_kind").$type<Actor["kind"]>().notNull(),
  actorId: text("actor_id").notNull(),
  actorName: text("actor_name").notNull(),
  reason: text("reason").notNull(),
  requestId: text("request_id").notNull(),
  version: integer("version").notNull(),
  leaseUntilMs: integer("lease_until_ms").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
  finishedAtMs: integer("finished_at_ms"),
  expiredAtMs: integer("expired_at_ms"),
});

/** Where the sweep of what is kept too long goes on. */
export const retentionProgress = sqliteTable("retention_progress", {
  chore: text("chore").primaryKey(),
  placeAfter: text("place_after"),
  updatedAtMs: integer("updated_at_ms").notNull(),
});
