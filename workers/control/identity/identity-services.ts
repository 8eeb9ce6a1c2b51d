import type { AuditLog } from "../../../src/adapters/d1/audit-log.ts";
import { createD1AttemptStore } from "../../../src/adapters/d1/attempt-store.ts";
import { createD1InvitationStore } from "../../../src/adapters/d1/invitation-store.ts";
import { createKeptMailer } from "../../../src/adapters/d1/kept-mails.ts";
import { createD1MemberStore } from "../../../src/adapters/d1/member-store.ts";
import { createD1SessionStore } from "../../../src/adapters/d1/session-store.ts";
import { createCloudflareMailer } from "../../../src/adapters/email/cloudflare-mailer.ts";
import type { Mailer } from "../../../src/app/email.ts";
import type { AttemptStore } from "../../../src/app/identity/attempts.ts";
import type { InvitationStore, MemberStore } from "../../../src/app/identity/invitation.ts";
import type { SessionStore } from "../../../src/app/identity/session.ts";
import { consoleLog } from "../http/log.ts";
import type { IdentityEnv } from "./identity-env.ts";

/** Where people, their sessions and their ways in are kept. */
export interface IdentityServices {
  readonly sessions: SessionStore;
  readonly members: MemberStore;
  readonly invitations: InvitationStore;
  readonly attempts: AttemptStore;
  readonly mailer: Mailer;
}

interface Made {
  readonly now: () => number;
  readonly newId: () => string;
}

export const createIdentityServices = (
  env: IdentityEnv,
  { audit, ...made }: Made & { readonly audit: AuditLog },
): IdentityServices => ({
  sessions: createD1SessionStore(env.DB, audit),
  members: createD1MemberStore(env.DB),
  invitations: createD1InvitationStore(env.DB, audit),
  attempts: createD1AttemptStore(env.DB),
  mailer: mailerOf(env, made),
});

function mailerOf(env: IdentityEnv, made: Made): Mailer {
  if (env.DEV_MAIL === "keep") return keptMailer(env, made);
  if (env.EMAIL !== undefined && env.EMAIL_FROM !== undefined) {
    return createCloudflareMailer(env.EMAIL, env.EMAIL_FROM);
  }
  return { delivery: "none", send: () => Promise.resolve() };
}

export const keptMailer = ({ DB }: IdentityEnv, made: Made) =>
  createKeptMailer(DB, {
    ...made,
    // Where to read it; the message has links in it that are secrets.
    onKept: (id) => consoleLog("info", "mail.kept", { id, page: "/dev/mail" }),
  });
