import type { AuthorityStore } from "./authority-store.ts";
import { demand, hastened } from "./outbox.ts";

/**
 * Notes in the change's own transaction that the snapshot must be published again.
 *
 * @param isUrgent True: it waits for nothing but what KV demands between two writes.
 */
export function demandSnapshot(
  store: AuthorityStore,
  revision: number,
  nowMs: number,
  isUrgent = false,
): void {
  const row = store.outbox().find(({ topic }) => topic === "kv:snapshot") ?? null;
  const asked = demand(row, "kv:snapshot", revision, nowMs);
  store.putOutbox(isUrgent ? hastened(asked, nowMs) : asked);
}
