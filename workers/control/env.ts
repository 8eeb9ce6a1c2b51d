import type { EventQueueEnv } from "../../src/adapters/queues/event-queue.ts";
import type { AccessEnv } from "./auth/access-env.ts";
import type { GuardEnv } from "./http/guard-env.ts";
import type { SsoEnv } from "./identity/sso-services.ts";

/** The bindings that the control Worker needs. */
export type ControlEnv = Pick<Cloudflare.Env, "ENVIRONMENTS" | "DB" | "RAW_EVENTS"> &
  EventQueueEnv &
  GuardEnv &
  SsoEnv &
  AccessEnv & {
    /** A secret of at least 32 characters; without it the API stays shut. */
    readonly ADMIN_TOKEN?: string;
    /** `id:base64,id:base64`: what seals the audit log's details; absent: made from ADMIN_TOKEN. */
    readonly AUDIT_KEYS?: string;
  };
