import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { describe, expect, it } from "vitest";
import { eventChunks } from "../../../src/adapters/d1/schema.ts";
import { AuditChainVerifier } from "../../../src/core/audit/chain.ts";
import type { AuditDraft, AuditEntry } from "../../../src/core/audit/entry.ts";
import { createAuditLog } from "../../../workers/control/audit-log.ts";
import { sources } from "../control/an-app.ts";

const log = createAuditLog(env, sources);

const draft = (organisationId: string, name = "one"): AuditDraft => ({
  organisationId,
  atMs: Date.now(),
  actor: { kind: "user", id: "u-1", name: "Ada" },
  action: "thing.create",
  outcome: "done",
  target: { kind: "thing", id: name, name },
  project: null,
  environment: null,
  reason: null,
  requestId: "r-1",
  detail: { before: null, after: { name } },
});

const change = (id: string) => drizzle(env.DB).insert(eventChunks).values({ id, receivedAtMs: 0 });

const isThere = (id: string) =>
  env.DB.prepare("SELECT 1 FROM event_chunks WHERE id = ?").bind(id).first();

describe("an organisation's chain", () => {
  it("has no gap and no fork after fifty racing writers", async () => {
    const id = crypto.randomUUID();
    const written = await Promise.all(
      Array.from({ length: 50 }, (_, n) => log.commitWithEntry(draft(id, `t-${n}`), [])),
    );
    const verifier = new AuditChainVerifier(id);
    for (const entry of written.toSorted((a, b) => a.sequence - b.sequence)) {
      expect(verifier.add(entry, null)).toBeNull();
    }
    expect(verifier.head.sequence).toBe(50);
    const stored = await env.DB.prepare(
      "SELECT count(*) AS entries, max(sequence) AS newest FROM audit_log WHERE organisation_id = ?",
    )
      .bind(id)
      .first();
    expect(stored).toEqual({ entries: 50, newest: 50 });
  });

  it("gets the entry and the change that it tells of, or neither", async () => {
    const id = crypto.randomUUID();
    await log.commitWithEntry(draft(id), [change(id)]);
    const again = log.commitWithEntry(draft(id), [change(`${id}-2`), change(id)]);
    await expect(again).rejects.toThrow();
    expect(await isThere(id)).not.toBeNull();
    expect(await isThere(`${id}-2`)).toBeNull();
    const next: AuditEntry = await log.commitWithEntry(draft(id), []);
    expect(next.sequence).toBe(2);
  });

  it("does not go back in time when a clock does", async () => {
    const id = crypto.randomUUID();
    const first = await log.commitWithEntry({ ...draft(id), atMs: 2_000 }, []);
    const second = await log.commitWithEntry({ ...draft(id), atMs: 1_000 }, []);
    expect([first.atMs, second.atMs]).toEqual([2_000, 2_000]);
  });

  it("holds no detail that can be read without the key", async () => {
    const id = crypto.randomUUID();
    await log.commitWithEntry(draft(id, "canary-5f0c2b1e"), []);
    const row = await env.DB.prepare("SELECT detail FROM audit_log WHERE organisation_id = ?")
      .bind(id)
      .first<{ detail: string }>();
    expect(row?.detail).toMatch(/^[0-9a-f]{60,}$/);
    expect(Buffer.from(row?.detail ?? "", "hex").toString("latin1")).not.toContain("canary");
  });
});
