import type { OriginEnv } from "../http/origin-check.ts";
import type { SignInLimitEnv } from "../http/rate-limit-sign-in.ts";

/** What people and their sessions need of the bindings. */
export interface IdentityEnv extends OriginEnv, SignInLimitEnv {
  readonly DB: D1Database;
  /** Signs cookies: a secret of at least 32 characters; without it nobody can sign in. */
  readonly AUTH_SECRET?: string;
  /** Cloudflare's Email Service, and an address of ours that it sends from. */
  readonly EMAIL?: SendEmail;
  readonly EMAIL_FROM?: string;
  /** `keep`: messages are shown at /dev/mail on this machine, and sent to nobody. */
  readonly DEV_MAIL?: string;
}
