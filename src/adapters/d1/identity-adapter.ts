import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { drizzle } from "drizzle-orm/d1";
import { accounts, people, sessions, twoFactors, verifications } from "./identity-schema.ts";

/** better-auth's models, by its own names for them. */
const models = {
  user: people,
  account: accounts,
  session: sessions,
  verification: verifications,
  twoFactor: twoFactors,
};

/**
 * What better-auth reads and writes by.
 *
 * D1 has no transactions that span requests to it, so there are none here.
 */
export const identityAdapter = (d1: D1Database) =>
  drizzleAdapter(drizzle(d1), { provider: "sqlite", schema: models });
