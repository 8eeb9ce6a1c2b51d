import type { EdgeHealth } from "./edge-health.ts";
import type { EdgeReply } from "./edge-reply.ts";
import type { HeldEnvironments } from "./held-environments.ts";

/**
 * What this isolate holds, has counted, and last saw of what it depends on. Names no tenant. It
 * can evaluate unless it holds nothing and has nobody to ask; the queue has no part in that.
 */
export function healthReply(health: EdgeHealth, environments: HeldEnvironments): EdgeReply {
  const authority = health.dependency("authority");
  const kv = health.dependency("kv");
  const held = environments.environmentCount();
  const isAble = held > 0 || authority !== "down" || kv !== "down";
  const queue = health.dependency("queue");
  const isWhole = authority !== "down" && kv !== "down" && queue !== "down";
  const { evaluations, stale, rejected, cold, unavailable, limited, queueFailingSinceMs } = health;
  return {
    status: isAble ? 200 : 503,
    body: JSON.stringify({
      status: isWhole ? "ok" : isAble ? "degraded" : "unavailable",
      held: { environments: held, flags: environments.flagCount() },
      counters: { evaluations, stale, rejected, cold, unavailable, limited },
      events: {
        accepted: health.acceptedEvents,
        rejected: health.rejectedEvents,
        dropped: health.droppedEvents,
        queueFailingSince: isoOrNull(queueFailingSinceMs),
      },
      dependencies: { authority, kv, queue },
    }),
    headers: { "cache-control": "no-store", ...(isAble ? {} : { "retry-after": "1" }) },
  };
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
