import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { AuditOutcome } from "../../core/audit/entry.ts";
import type { Actor } from "../../core/authority/actor.ts";

/**
 * Each organisation's chain of what was done and refused. The primary key decides which of two
 * racing writers wins: both insert the same sequence, and the second batch rolls back.
 */
export const auditLog = sqliteTable(
  "audit_log",
  {
    organisationId: text("organisation_id").notNull(),
    sequence: integer("sequence").notNull(),
    atMs: integer("at_ms").notNull(),
    actorKind: text("actor_kind").$type<Actor["kind"]>().notNull(),
    actorId: text("actor_id").notNull(),
    actorName: text("actor_name").notNull(),
    action: text("action").notNull(),
    outcome: text("outcome").$type<AuditOutcome>().notNull(),
    targetKind: text("target_kind").notNull(),
    targetId: text("target_id").notNull(),
    targetName: text("target_name").notNull(),
    projectId: text("project_id"),
    environmentId: text("environment_id"),
    reason: text("reason"),
    requestId: text("request_id"),
    detailHash: text("detail_hash").notNull(),
    previousHash: text("previous_hash").notNull(),
    hash: text("hash").notNull(),
    /** Which key sealed the detail; both `null`: it was erased. */
    detailKeyId: text("detail_key_id"),
    detail: text("detail"),
  },
  (table) => [primaryKey({ columns: [table.organisationId, table.sequence] })],
);

/** What signs an organisation's checkpoints and exports. The private half is sealed. */
export const auditSigningKeys = sqliteTable("audit_signing_keys", {
  organisationId: text("organisation_id").primaryKey(),
  id: text("id").notNull(),
  publicKey: text("public_key").notNull(),
  seedKeyId: text("seed_key_id").notNull(),
  seed: text("seed").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
});

export const auditCheckpoints = sqliteTable(
  "audit_checkpoints",
  {
    organisationId: text("organisation_id").notNull(),
    /** `""`: the organisation's own; otherwise an environment's id. */
    chain: text("chain").notNull(),
    /** Sequence or revision. */
    position: integer("position").notNull(),
    /** `""`: an ordinary one. */
    purpose: text("purpose").$type<"" | "prune">().notNull().default(""),
    atMs: integer("at_ms").notNull(),
    hash: text("hash").notNull(),
    signedAtMs: integer("signed_at_ms").notNull(),
    keyId: text("key_id").notNull(),
    signature: text("signature").notNull(),
    /** Of a prune mark; otherwise both `null`. */
    archive: text("archive"),
    archiveDigest: text("archive_digest"),
  },
  (table) => [
    primaryKey({ columns: [table.organisationId, table.chain, table.position, table.purpose] }),
  ],
);

/** When each chain is signed and pruned next. No row: now. */
export const auditUpkeep = sqliteTable(
  "audit_upkeep",
  {
    organisationId: text("organisation_id").notNull(),
    /** As of `auditCheckpoints`. */
    chain: text("chain").notNull(),
    dueAtMs: integer("due_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organisationId, table.chain] })],
);
