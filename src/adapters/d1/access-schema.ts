import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { PrincipalKind } from "../../app/access/principal.ts";
import type { Grant } from "../../core/access/grant.ts";
import type { Scope } from "../../core/access/scopes.ts";

// The tables of d1-migrations/0003_access.sql. Columns that end in `_ms` are milliseconds since the
// Unix epoch.

const versioned = {
  version: integer("version").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
};

export const units = sqliteTable("units", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  key: text("key").notNull(),
  name: text("name").notNull(),
  ...versioned,
});

export const teams = sqliteTable("teams", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  /** The unit it is part of, whose grants its people have too. */
  unitId: text("unit_id"),
  key: text("key").notNull(),
  name: text("name").notNull(),
  ...versioned,
});

export const teamMembers = sqliteTable(
  "team_members",
  {
    teamId: text("team_id").notNull(),
    personId: text("person_id").notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.personId] })],
);

/** Roles that an organisation made for itself. */
export const roles = sqliteTable(
  "roles",
  {
    organisationId: text("organisation_id").notNull(),
    key: text("key").notNull(),
    name: text("name").notNull(),
    description: text("description"),
    scopes: text("scopes", { mode: "json" }).$type<readonly Scope[]>().notNull(),
    ...versioned,
  },
  (table) => [primaryKey({ columns: [table.organisationId, table.key] })],
);

export const grants = sqliteTable("grants", {
  id: text("id").primaryKey(),
  /** `null`: in every organisation. */
  organisationId: text("organisation_id"),
  principalKind: text("principal_kind").$type<PrincipalKind>().notNull(),
  /** `""` for everyone. */
  principalId: text("principal_id").notNull(),
  effect: text("effect").$type<Grant["effect"]>().notNull(),
  /** Built in, or one of `roles`; `null`: `scopes` says what. */
  role: text("role"),
  scopes: text("scopes", { mode: "json" }).$type<readonly Scope[]>(),
  unitId: text("unit_id"),
  projectId: text("project_id"),
  environmentId: text("environment_id"),
  tagName: text("tag_name"),
  tagValue: text("tag_value"),
  createdAtMs: integer("created_at_ms").notNull(),
});
