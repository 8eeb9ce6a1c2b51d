import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Actor } from "../../core/authority/actor.ts";

// The tables of d1-migrations/0004_identity.sql. The fields of the first six have the names that
// better-auth gives them; its moments are `Date`s, kept as milliseconds since the Unix epoch.

const moment = (column: string) => integer(column, { mode: "timestamp_ms" });
const made = {
  createdAt: moment("created_at_ms").notNull(),
  updatedAt: moment("updated_at_ms").notNull(),
};

export const people = sqliteTable("people", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  /** Lower case. */
  email: text("email").notNull(),
  emailVerified: integer("email_verified", { mode: "boolean" }).notNull(),
  image: text("image"),
  twoFactorEnabled: integer("two_factor_enabled", { mode: "boolean" }),
  /** Set: the person may not sign in, and no session of theirs counts. */
  deactivatedAt: moment("deactivated_at_ms"),
  ...made,
});

export const accounts = sqliteTable("accounts", {
  id: text("id").primaryKey(),
  userId: text("person_id").notNull(),
  providerId: text("provider_id").notNull(),
  accountId: text("account_id").notNull(),
  password: text("password"),
  accessToken: text("access_token"),
  refreshToken: text("refresh_token"),
  idToken: text("id_token"),
  accessTokenExpiresAt: moment("access_token_expires_at_ms"),
  refreshTokenExpiresAt: moment("refresh_token_expires_at_ms"),
  scope: text("scope"),
  ...made,
});

export const sessions = sqliteTable("sessions", {
  id: text("id").primaryKey(),
  userId: text("person_id").notNull(),
  /** The hash of it. */
  token: text("token_hash").notNull(),
  activeOrganizationId: text("active_organisation_id"),
  /** Set: an identity provider of this organisation began it, and it enters no other. */
  providerOrganisationId: text("provider_organisation_id"),
  ipAddress: text("ip_address"),
  userAgent: text("user_agent"),
  expiresAt: moment("expires_at_ms").notNull(),
  ...made,
});

export const verifications = sqliteTable("verifications", {
  id: text("id").primaryKey(),
  identifier: text("identifier").notNull(),
  value: text("value").notNull(),
  expiresAt: moment("expires_at_ms").notNull(),
  ...made,
});

export const twoFactors = sqliteTable("two_factors", {
  id: text("id").primaryKey(),
  userId: text("person_id").notNull(),
  secret: text("secret").notNull(),
  backupCodes: text("backup_codes").notNull(),
  verified: integer("verified", { mode: "boolean" }),
  failedVerificationCount: integer("failed_verification_count"),
  lockedUntil: moment("locked_until_ms"),
});

export const members = sqliteTable("members", {
  id: text("id").primaryKey(),
  organizationId: text("organisation_id").notNull(),
  userId: text("person_id").notNull(),
  role: text("role").notNull(),
  createdAt: moment("created_at_ms").notNull(),
});

export const invitations = sqliteTable("invitations", {
  id: text("id").primaryKey(),
  organisationId: text("organisation_id").notNull(),
  /** `null`: whoever holds the link gives their own. */
  email: text("email"),
  role: text("role").notNull(),
  tokenHash: text("token_hash").notNull(),
  invitedByKind: text("invited_by_kind").$type<Actor["kind"]>().notNull(),
  invitedById: text("invited_by_id").notNull(),
  invitedByName: text("invited_by_name").notNull(),
  createdAtMs: integer("created_at_ms").notNull(),
  expiresAtMs: integer("expires_at_ms").notNull(),
});

/** How an invitation ended; the primary key decides which of two racing requests ends it. */
export const invitationEnds = sqliteTable("invitation_ends", {
  invitationId: text("invitation_id").primaryKey(),
  outcome: text("outcome").$type<"accepted" | "cancelled">().notNull(),
  personId: text("person_id"),
  atMs: integer("at_ms").notNull(),
});

export const attempts = sqliteTable("attempts", {
  /** A hash of what is limited. */
  key: text("key").primaryKey(),
  count: integer("count").notNull(),
  windowEndsMs: integer("window_ends_ms").notNull(),
});

export const keptMails = sqliteTable("kept_mails", {
  id: text("id").primaryKey(),
  recipient: text("recipient").notNull(),
  subject: text("subject").notNull(),
  body: text("body").notNull(),
  atMs: integer("at_ms").notNull(),
});
