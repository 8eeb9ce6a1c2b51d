import type { EventQueueEnv } from "../../src/adapters/queues/event-queue.ts";

/** The bindings that the control Worker needs. */
export type ControlEnv = Pick<Cloudflare.Env, "ENVIRONMENTS" | "DB" | "RAW_EVENTS"> &
  EventQueueEnv & {
    /** A secret of at least 32 characters; without it the API stays shut. */
    readonly ADMIN_TOKEN?: string;
  };
