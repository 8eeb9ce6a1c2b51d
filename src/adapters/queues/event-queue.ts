import type { EventQueue } from "../../core/events/event-queue.ts";
import { createCloudflareEventQueue } from "./cloudflare-event-queue.ts";
import type { ObjectNamespace } from "../../core/object-namespace.ts";
import { createEmbeddedEventQueue } from "./embedded-event-queue.ts";

/** The bindings by which a Worker sends events. One of the two queues must be there. */
export interface EventQueueEnv {
  /** `"cloudflare"` or `"embedded"`; absent: whichever is bound, Cloudflare's first. */
  readonly EVENT_QUEUE?: string;
  /** A queue of Cloudflare Queues. */
  readonly EVENTS?: Queue;
  /** The namespace of `EventQueueObject`. */
  readonly EMBEDDED_QUEUE?: ObjectNamespace;
}

/** The queue that an installation was given. One without any takes nothing, and says so. */
export function createEventQueue(env: EventQueueEnv): EventQueue {
  const { EVENT_QUEUE: form, EVENTS, EMBEDDED_QUEUE } = env;
  if (EVENTS !== undefined && form !== "embedded") return createCloudflareEventQueue(EVENTS);
  if (EMBEDDED_QUEUE !== undefined && form !== "cloudflare") {
    return createEmbeddedEventQueue(EMBEDDED_QUEUE);
  }
  return { send: () => Promise.resolve({ kind: "unavailable" }) };
}
