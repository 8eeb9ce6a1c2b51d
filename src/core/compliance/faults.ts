import { TOKEN_LIFE } from "../access/token-life.ts";
import { assertNever } from "../result.ts";
import type { ComplianceSwitches } from "./presets.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const USUAL_DAYS = TOKEN_LIFE.defaultMs / DAY_MS;
/** No person's token lives longer anyway. */
const LONGEST_DAYS = TOKEN_LIFE.longestMs / DAY_MS;

/** A change that presets have a say in. */
export type GovernedChange =
  | { readonly kind: "client-key"; readonly origins: readonly string[] }
  | { readonly kind: "personal-token" | "service-token"; readonly ends: TokenEnd }
  /** Changes of a production environment are to reach all relays at once. */
  | { readonly kind: "unstaged-production" };

/** When a token is to end, in milliseconds since the Unix epoch, or what stands for it. */
export type TokenEnd = number | "never" | "as-usual" | "as-long-as-before";

/** Why a change is not allowed, and what is; `null`: it is. Now in milliseconds since the epoch. */
export function changeFault(
  switches: ComplianceSwitches,
  change: GovernedChange,
  nowMs: number,
): string | null {
  switch (change.kind) {
    case "client-key":
      return switches.clientKeysNeedOrigins && change.origins.length === 0
        ? "a client key names the origins that may use it; list them in `origins`"
        : null;
    case "personal-token":
      return switches.personalTokenDays < LONGEST_DAYS
        ? tokenFault(change.ends, switches.personalTokenDays, nowMs)
        : null;
    case "service-token":
      return tokenFault(change.ends, switches.serviceTokenDays, nowMs);
    case "unstaged-production":
      return switches.stagedPublishInProduction
        ? "a production environment publishes in stages; leave `stagedPublish` true"
        : null;
    default:
      return assertNever(change);
  }
}

/** Half a minute of grace, for the way from a clock that reckons in days. */
const GRACE_MS = 30_000;

function tokenFault(ends: TokenEnd, days: number | null, nowMs: number): string | null {
  if (days === null || (ends === "as-usual" && days >= USUAL_DAYS)) return null;
  const latestMs = nowMs + days * DAY_MS;
  if (typeof ends === "number" && ends <= latestMs + GRACE_MS) return null;
  return `a token of this kind lives at most ${days} days; name an \`expiresAt\` up to ${latestMs}`;
}

/** A session, as far as presets have a say in it. */
export interface GovernedSession {
  /** When the person signed in, in milliseconds since the Unix epoch. */
  readonly beganAtMs: number;
  /** False: they sign in through an identity provider alone, whose second factor is its own. */
  readonly hasPassword: boolean;
  readonly twoFactorEnabled: boolean;
}

export type SessionFault = "too-old" | "second-factor-missing";

/** Why a session does not count; `null`: it does. */
export function sessionFault(
  { sessionHours, twoFactorRequired }: ComplianceSwitches,
  { beganAtMs, hasPassword, twoFactorEnabled }: GovernedSession,
  nowMs: number,
): SessionFault | null {
  if (nowMs >= beganAtMs + sessionHours * HOUR_MS) return "too-old";
  return twoFactorRequired && hasPassword && !twoFactorEnabled ? "second-factor-missing" : null;
}
