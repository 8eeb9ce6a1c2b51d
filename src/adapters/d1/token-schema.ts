import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { TokenOwnerKind } from "../../core/access/token-life.ts";

/** Programs that use the management API. A deleted one stays, so that its tokens stay refused. */
export const serviceAccounts = sqliteTable("service_accounts", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  name: text("name").notNull(),
  description: text("description"),
  disabledAtMs: integer("disabled_at_ms"),
  deletedAtMs: integer("deleted_at_ms"),
  version: integer("version").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});

/** Tokens of people and of service accounts; rows are never deleted. */
export const managementTokens = sqliteTable("management_tokens", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  ownerKind: text("owner_kind").$type<TokenOwnerKind>().notNull(),
  ownerId: text("owner_id").notNull(),
  name: text("name").notNull(),
  /** `null`: no ceiling, all that the owner may do. */
  scopes: text("scopes", { mode: "json" }).$type<readonly string[]>(),
  hash: text("hash").notNull(),
  hint: text("hint").notNull(),
  expiresAtMs: integer("expires_at_ms"),
  revokedAtMs: integer("revoked_at_ms"),
  lastUsedAtMs: integer("last_used_at_ms"),
  replacedBy: text("replaced_by"),
  issuedBy: text("issued_by").notNull(),
  version: integer("version").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});
