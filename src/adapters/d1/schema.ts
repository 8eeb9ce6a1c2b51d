import { integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Edition } from "../../core/access/edition.ts";
import type { FlagType } from "../../core/documents/flag.ts";
import type { Actor } from "../../core/authority/actor.ts";
import type { FlagCategory, FlagRisk, FlagStage } from "../../app/catalogue/catalogue-flag.ts";
import type { Tags } from "../../app/tags.ts";

// The tables of d1-migrations. Columns that end in `_ms` are milliseconds since the Unix epoch.

/** When each SDK key was last let in. No row: nobody has said. */
export const sdkKeyUses = sqliteTable(
  "sdk_key_uses",
  {
    environmentId: text("environment_id").notNull(),
    keyId: text("key_id").notNull(),
    lastUsedAtMs: integer("last_used_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.environmentId, table.keyId] })],
);

export const organisations = sqliteTable("organisations", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  edition: text("edition").$type<Edition>().notNull(),
  version: integer("version").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});

export const projects = sqliteTable("projects", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  key: text("key").notNull(),
  name: text("name").notNull(),
  description: text("description"),
  /** The business unit it belongs to; `null`: the organisation as a whole. */
  unitId: text("unit_id"),
  version: integer("version").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});

export const environments = sqliteTable("environments", {
  id: text("id").primaryKey(),
  projectId: text("project_id").notNull(),
  key: text("key").notNull(),
  name: text("name").notNull(),
  production: integer("production", { mode: "boolean" }).notNull(),
  tags: text("tags", { mode: "json" }).$type<Tags>().notNull(),
  salt: text("salt").notNull(),
  /** When its authority was made; `null` while that is owed. */
  initialisedAtMs: integer("initialised_at_ms"),
  version: integer("version").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});

export const flags = sqliteTable(
  "flags",
  {
    projectId: text("project_id").notNull(),
    key: text("key").notNull(),
    name: text("name").notNull(),
    description: text("description"),
    type: text("type").$type<FlagType>().notNull(),
    category: text("category").$type<FlagCategory>().notNull(),
    stage: text("stage").$type<FlagStage>().notNull(),
    risk: text("risk").$type<FlagRisk>().notNull(),
    owner: text("owner"),
    tags: text("tags", { mode: "json" }).$type<Tags>().notNull(),
    salt: text("salt").notNull(),
    creationCommandId: text("creation_command_id").notNull(),
    creationFingerprint: text("creation_fingerprint").notNull(),
    version: integer("version").notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
    updatedAtMs: integer("updated_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.key] })],
);

/** In which environments a flag is; pending: it was asked for and is not confirmed. */
export const flagEnvironments = sqliteTable(
  "flag_environments",
  {
    projectId: text("project_id").notNull(),
    flagKey: text("flag_key").notNull(),
    environmentKey: text("environment_key").notNull(),
    pending: integer("pending", { mode: "boolean" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.flagKey, table.environmentKey] })],
);

/**
 * Every version of every catalogue row, and who made it. The primary key decides which of two
 * racing writers wins: both insert the same version, and the second batch rolls back.
 */
export const catalogueLog = sqliteTable(
  "catalogue_log",
  {
    kind: text("kind").$type<"project" | "environment" | "flag">().notNull(),
    targetId: text("target_id").notNull(),
    version: integer("version").notNull(),
    organisationId: text("organisation_id").notNull(),
    atMs: integer("at_ms").notNull(),
    actorKind: text("actor_kind").$type<Actor["kind"]>().notNull(),
    actorId: text("actor_id").notNull(),
    actorName: text("actor_name").notNull(),
    reason: text("reason"),
    requestId: text("request_id").notNull(),
    document: text("document").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.targetId, table.version] })],
);

/** Answers to requests that may be repeated. Without a status, the request is under way. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    credentialId: text("credential_id").notNull(),
    key: text("key").notNull(),
    fingerprint: text("fingerprint").notNull(),
    /** Names the work to the authority; a key that is used anew after a day is new work. */
    commandId: text("command_id").notNull(),
    atMs: integer("at_ms").notNull(),
    /** Until then the first request is taken to be alive. */
    leaseUntilMs: integer("lease_until_ms").notNull(),
    status: integer("status"),
    headers: text("headers"),
    body: text("body"),
  },
  (table) => [primaryKey({ columns: [table.credentialId, table.key] })],
);

/** What happened to a flag in an hour. `""` as variation: none; as reason: not known. */
export const usageHourly = sqliteTable(
  "usage_hourly",
  {
    environmentId: text("environment_id").notNull(),
    flagKey: text("flag_key").notNull(),
    /** The hour's first instant, in UTC. */
    hourMs: integer("hour_ms").notNull(),
    variationKey: text("variation_key").notNull(),
    reason: text("reason").notNull(),
    evaluations: integer("evaluations").notNull(),
    exposures: integer("exposures").notNull(),
    lastAtMs: integer("last_at_ms").notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.environmentId, table.flagKey, table.hourMs, table.variationKey, table.reason],
    }),
  ],
);

export const metricHourly = sqliteTable(
  "metric_hourly",
  {
    environmentId: text("environment_id").notNull(),
    metricKey: text("metric_key").notNull(),
    hourMs: integer("hour_ms").notNull(),
    events: integer("events").notNull(),
    valueSum: real("value_sum").notNull(),
    lastAtMs: integer("last_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.environmentId, table.metricKey, table.hourMs] })],
);

/** Chunks that are in the sums. */
export const eventChunks = sqliteTable("event_chunks", {
  id: text("id").primaryKey(),
  receivedAtMs: integer("received_at_ms").notNull(),
});

/** Messages that could not be counted; their bodies are in R2. */
export const deadLetters = sqliteTable("dead_letters", {
  id: text("id").primaryKey(),
  environmentId: text("environment_id"),
  chunkId: text("chunk_id"),
  queue: text("queue").notNull(),
  setAsideAtMs: integer("set_aside_at_ms").notNull(),
  attempts: integer("attempts").notNull(),
  reason: text("reason").notNull(),
  bytes: integer("bytes").notNull(),
});
