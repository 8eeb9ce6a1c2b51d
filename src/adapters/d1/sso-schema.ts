import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { ProviderSettings } from "../../app/identity/identity-provider.ts";
import type { RoleRules } from "../../core/identity/role-rules.ts";

// The tables of d1-migrations/0005_sso.sql.

const stored = {
  version: integer("version").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
};

export const identityProviders = sqliteTable("identity_providers", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  name: text("name").notNull(),
  settings: text("settings", { mode: "json" }).$type<ProviderSettings>().notNull(),
  roles: text("roles", { mode: "json" }).$type<RoleRules>().notNull(),
  disabled: integer("disabled", { mode: "boolean" }).notNull(),
  secretKeyId: text("secret_key_id"),
  sealedSecret: text("sealed_secret"),
  ...stored,
});

/** A domain belongs to one organisation, and one provider speaks for it. */
export const identityDomains = sqliteTable("identity_domains", {
  domain: text("domain").primaryKey(),
  providerId: text("provider_id").notNull(),
  organisationId: text("organisation_id").notNull(),
});

/** Sign-ins that were sent to a provider and are not back. */
export const signInRequests = sqliteTable("sign_in_requests", {
  stateHash: text("state_hash").primaryKey(),
  bindingHash: text("binding_hash").notNull(),
  providerId: text("provider_id").notNull(),
  providerVersion: integer("provider_version").notNull(),
  endpoints: text("endpoints", { mode: "json" })
    .$type<Readonly<Record<string, string>>>()
    .notNull(),
  returnTo: text("return_to").notNull(),
  expiresAtMs: integer("expires_at_ms").notNull(),
});

export const provisioningTokens = sqliteTable("provisioning_tokens", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  name: text("name").notNull(),
  hash: text("hash").notNull(),
  hint: text("hint").notNull(),
  role: text("role").notNull(),
  expiresAtMs: integer("expires_at_ms"),
  revokedAtMs: integer("revoked_at_ms"),
  lastUsedAtMs: integer("last_used_at_ms"),
  ...stored,
});

/** What a directory says of a person beyond what people have here. */
export const provisionedPeople = sqliteTable(
  "provisioned_people",
  {
    organisationId: text("organisation_id").notNull(),
    personId: text("person_id").notNull(),
    externalId: text("external_id"),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.personId] })],
);

export const provisionedGroups = sqliteTable("provisioned_groups", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  name: text("name").notNull(),
  externalId: text("external_id"),
  createdAtMs: integer("created_at_ms").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});

export const provisionedGroupPeople = sqliteTable(
  "provisioned_group_people",
  { groupId: text("group_id").notNull(), personId: text("person_id").notNull() },
  (t) => [primaryKey({ columns: [t.groupId, t.personId] })],
);
