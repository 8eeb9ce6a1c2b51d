import { and, eq, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { IDEMPOTENCY } from "../../app/idempotency/idempotency-store.ts";
import type {
  Begun,
  IdempotencyStore,
  RepeatableRequest,
} from "../../app/idempotency/idempotency-store.ts";
import { idempotencyKeys } from "./schema.ts";

type Row = typeof idempotencyKeys.$inferSelect;

const isKey = ({ credentialId, key }: RepeatableRequest) =>
  and(eq(idempotencyKeys.credentialId, credentialId), eq(idempotencyKeys.key, key));

const isHeld = (request: RepeatableRequest) =>
  and(isKey(request), eq(idempotencyKeys.fingerprint, request.fingerprint));

export function createD1IdempotencyStore(d1: D1Database): IdempotencyStore {
  const db = drizzle(d1);

  return {
    async begin(request, newCommandId, nowMs) {
      const lease = { atMs: nowMs, leaseUntilMs: nowMs + IDEMPOTENCY.leaseMs };
      const [, started] = await db.batch([
        db.delete(idempotencyKeys).where(lt(idempotencyKeys.atMs, nowMs - IDEMPOTENCY.keptMs)),
        db
          .insert(idempotencyKeys)
          .values({ ...request, ...lease, commandId: newCommandId })
          .onConflictDoUpdate({
            target: [idempotencyKeys.credentialId, idempotencyKeys.key],
            set: lease,
            // The first request died without an answer: its repetition goes on in its place.
            setWhere: sql`${idempotencyKeys.status} IS NULL
              AND ${idempotencyKeys.leaseUntilMs} <= ${nowMs}
              AND ${idempotencyKeys.fingerprint} = ${request.fingerprint}`,
          })
          .returning({ commandId: idempotencyKeys.commandId }),
      ]);
      const [first] = started;
      if (first !== undefined) return { kind: "started", commandId: first.commandId };
      const row = await db.select().from(idempotencyKeys).where(isKey(request)).get();
      return heldBy(row, request, nowMs);
    },

    async keep(request, { status, headers, body }) {
      await db
        .update(idempotencyKeys)
        .set({ status, headers: JSON.stringify(headers), body })
        .where(isHeld(request));
    },

    async release(request) {
      await db.delete(idempotencyKeys).where(isHeld(request));
    },

    async suspend(request) {
      await db.update(idempotencyKeys).set({ leaseUntilMs: 0 }).where(isHeld(request));
    },
  };
}

function heldBy(row: Row | undefined, request: RepeatableRequest, nowMs: number): Begun {
  // The holder let go between the two statements: a moment later the key can be taken.
  if (row === undefined) return { kind: "in-progress", retryAtMs: nowMs + 1_000 };
  if (row.fingerprint !== request.fingerprint) return { kind: "other-request" };
  if (row.status === null) return { kind: "in-progress", retryAtMs: row.leaseUntilMs };
  const headers: Record<string, string> = JSON.parse(row.headers ?? "{}");
  return { kind: "answered", answer: { status: row.status, headers, body: row.body ?? "null" } };
}
