import type { AuthorityStore } from "./authority-store.ts";
import { demand } from "./outbox.ts";

/** Notes in the change's own transaction that the snapshot must be published again. */
export function demandSnapshot(store: AuthorityStore, revision: number, nowMs: number): void {
  const row = store.outbox().find(({ topic }) => topic === "kv:snapshot") ?? null;
  store.putOutbox(demand(row, "kv:snapshot", revision, nowMs));
}
