import type { BetterAuthOptions } from "better-auth";
import { APIError } from "better-auth/api";
import { hashPassword } from "better-auth/crypto";
import { betterAuth } from "better-auth/minimal";
import { twoFactor } from "better-auth/plugins/two-factor";
import { waitUntil } from "cloudflare:workers";
import type { AuditTrail } from "../../app/audit/audit-trail.ts";
import type { Mailer } from "../../app/email.ts";
import type { MemberStore } from "../../app/identity/invitation.ts";
import { PASSWORD } from "../../app/identity/password.ts";
import { identityAdapter } from "../d1/identity-adapter.ts";
import { auditPlugin, recordReset } from "./audit-plugin.ts";
import { withHashedTokens } from "./hashed-tokens.ts";
import { COOKIE_PREFIX, SESSION_SECONDS } from "./session-cookie.ts";
import { providerSessions } from "./sso-session.ts";

const RESET_LIFE = 60 * 60;

export interface AuthEnv {
  readonly DB: D1Database;
  /** Where people reach the installation; absent: where their requests say. */
  readonly PUBLIC_ORIGIN?: string;
  /** The header that tells a client's address, set by the platform or a proxy; absent: none does. */
  readonly CLIENT_ADDRESS_HEADER?: string;
}

export interface AuthDeps {
  /** Signs cookies and encrypts second factors: at least 32 random characters. */
  readonly secret: string;
  readonly mailer: Mailer;
  readonly members: MemberStore;
  readonly audit: AuditTrail;
  readonly now: () => number;
  readonly newId: () => string;
  /** Gets what the library has to say when something is wrong. */
  readonly onError: (message: string) => void;
}

export type Auth = ReturnType<typeof createAuth>;

/**
 * The library that checks passwords and second factors, on D1. To be imported only when it is needed:
 * it is large, and neither a token nor a session needs it.
 *
 * It knows who people are. Which organisation they belong to, and what they may do there, is not its
 * business, so its plugins for that are left out.
 */
export function createAuth(env: AuthEnv, deps: AuthDeps) {
  const library = betterAuth({
    ...baseOptions(env, deps),
    database: (options: BetterAuthOptions) => withHashedTokens(identityAdapter(env.DB)(options)),
    emailAndPassword: {
      enabled: true,
      // People come by invitation, by single sign-on, or by provisioning.
      disableSignUp: true,
      minPasswordLength: PASSWORD.shortest,
      maxPasswordLength: PASSWORD.longest,
      resetPasswordTokenExpiresIn: RESET_LIFE,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: ({ user }, request) => recordReset(user, request, deps),
      sendResetPassword: ({ user, token }, request) =>
        deps.mailer.send(resetMail(user.email, originOf(env, request), token)),
    },
    plugins: [
      twoFactor({ issuer: "Switchyard" }),
      providerSessions(),
      // The last, so that it sees what the others made of an answer.
      auditPlugin(deps),
    ],
    databaseHooks: {
      session: {
        create: {
          before: async ({ userId }, context) => {
            const person = await context?.context.internalAdapter.findUserById(userId);
            if (!isDeactivated(person)) return;
            throw new APIError("FORBIDDEN", { code: "PERSON_DEACTIVATED" });
          },
        },
      },
    },
  });
  return { library, hashPassword };
}

function baseOptions(
  env: AuthEnv,
  { secret, newId, mailer, onError }: AuthDeps,
): Omit<BetterAuthOptions, "database" | "databaseHooks" | "emailAndPassword" | "plugins"> {
  const address = env.CLIENT_ADDRESS_HEADER;
  return {
    appName: "Switchyard",
    secret,
    basePath: "/api/auth",
    ...(env.PUBLIC_ORIGIN === undefined || env.PUBLIC_ORIGIN === ""
      ? {}
      : { baseURL: env.PUBLIC_ORIGIN }),
    session: { expiresIn: SESSION_SECONDS, disableSessionRefresh: true },
    user: {
      additionalFields: {
        deactivatedAt: { type: "date", required: false, input: false, returned: false },
      },
    },
    verification: { storeIdentifier: "hashed" },
    // Ours counts across isolates, and by person.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: "error",
      // What it says beyond the message can hold what people sent.
      log: (level, message) => (level === "error" ? onError(message.slice(0, 200)) : undefined),
    },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      // The library would put `__Secure-` before the name.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: true, httpOnly: true, sameSite: "lax", path: "/" },
      ipAddress:
        address === undefined || address === ""
          ? { disableIpTracking: true }
          : { ipAddressHeaders: [address] },
      database: { generateId: newId },
      // How long a message takes must not tell whether anyone has the address.
      ...(mailer.delivery === "sent" ? { backgroundTasks: { handler: waitUntil } } : {}),
    },
  };
}

const isDeactivated = (person: object | null | undefined): boolean =>
  person !== null &&
  person !== undefined &&
  "deactivatedAt" in person &&
  person.deactivatedAt instanceof Date;

const originOf = (env: AuthEnv, request: Request | undefined): string =>
  new URL(env.PUBLIC_ORIGIN || request?.url || "http://localhost").origin;

const resetMail = (to: string, origin: string, token: string) => ({
  to,
  subject: "Set a new password for Switchyard",
  text:
    "Somebody, probably you, asked for a new password. Open this link within an hour; it works " +
    `once, and ends every session:\n\n${origin}/welcome#reset=${token}\n\n` +
    "If it was not you, nothing has changed and nothing needs to be done.\n",
});
