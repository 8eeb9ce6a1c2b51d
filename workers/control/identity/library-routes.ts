import { z } from "zod";
import { PASSWORD } from "../../../src/app/identity/password.ts";
import type { UnknownRecord } from "../../../src/core/json.ts";

/** What is counted before the library is asked: whose password, or whose mailbox, it is about. */
export type Counted = "sign-in" | "session" | "message";

/** A route of the library that is offered, and what we make of its answer. */
export interface LibraryRoute {
  /** Below `/api/auth`. */
  readonly path: string;
  readonly body: z.ZodType<UnknownRecord>;
  readonly counted?: Counted;
  /** Refused without a session, before anything is looked at. */
  readonly needsSession?: true;
  /** What is recorded when somebody who is signed in has done it. */
  readonly action?: string;
  readonly answer: (body: UnknownRecord) => UnknownRecord;
}

const secret = z.string().min(1).max(PASSWORD.longest);
const newPassword = z.string().min(PASSWORD.shortest).max(PASSWORD.longest);
const email = z.string().min(3).max(254);
const withPassword = z.strictObject({ password: secret });
const withCode = z.strictObject({ code: z.string().min(1).max(64) });

const nothing = () => ({});
const codes = ({ backupCodes }: UnknownRecord) => ({ backupCodes });

/** Every one is a POST. What is not listed here does not exist. */
export const LIBRARY_ROUTES: readonly LibraryRoute[] = [
  {
    path: "/sign-in/email",
    body: z.strictObject({ email, password: secret }),
    counted: "sign-in",
    answer: ({ twoFactorRedirect }) => ({ twoFactorRequired: twoFactorRedirect === true }),
  },
  {
    path: "/sign-out",
    body: z.strictObject({}),
    action: "session.end",
    answer: nothing,
  },
  {
    path: "/request-password-reset",
    body: z.strictObject({ email }),
    counted: "message",
    answer: nothing,
  },
  {
    path: "/reset-password",
    body: z.strictObject({ token: z.string().min(1).max(200), newPassword }),
    answer: nothing,
  },
  {
    path: "/change-password",
    body: z
      .strictObject({ currentPassword: secret, newPassword })
      // Whoever knew the old one may have sessions.
      .transform((body) => ({ ...body, revokeOtherSessions: true })),
    counted: "session",
    needsSession: true,
    action: "password.change",
    answer: nothing,
  },
  {
    path: "/two-factor/enable",
    body: withPassword,
    counted: "session",
    needsSession: true,
    action: "two-factor.begin",
    answer: ({ totpURI, backupCodes }) => ({ totpUri: totpURI, backupCodes }),
  },
  {
    path: "/two-factor/verify-totp",
    body: withCode,
    action: "two-factor.enable",
    answer: nothing,
  },
  {
    path: "/two-factor/verify-backup-code",
    body: withCode,
    answer: nothing,
  },
  {
    path: "/two-factor/disable",
    body: withPassword,
    counted: "session",
    needsSession: true,
    action: "two-factor.disable",
    answer: nothing,
  },
  {
    path: "/two-factor/generate-backup-codes",
    body: withPassword,
    counted: "session",
    needsSession: true,
    action: "two-factor.new-backup-codes",
    answer: codes,
  },
];
