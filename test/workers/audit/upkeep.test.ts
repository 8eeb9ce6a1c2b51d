import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { describe, expect, it } from "vitest";
import { verifyEd25519 } from "../../../src/adapters/crypto/ed25519.ts";
import { toAuditRow } from "../../../src/adapters/d1/audit-row.ts";
import { auditLog } from "../../../src/adapters/d1/audit-schema.ts";
import { auditDraft } from "../../../src/app/audit/audit-trail.ts";
import { upkeep } from "../../../src/app/audit/upkeep.ts";
import { AuthorityUnavailable } from "../../../src/app/authorities.ts";
import { isSignedBy } from "../../../src/core/audit/checkpoint.ts";
import { sealAuditEntry } from "../../../src/core/audit/entry.ts";
import worker from "../../../workers/all.ts";
import { done, newFlag, newPlace, readAll } from "../control/api.ts";
import { DAY_MS, HOUR_MS, servicesAt } from "../privacy/a-unit.ts";
import { fileOf, publicKey, rows, verified } from "./an-organisation.ts";

const ANY = { "if-match": "*" };
/** Noon, so that an hour later it is the same day. */
const NOON_MS = Date.now() - (Date.now() % DAY_MS) + DAY_MS / 2;

const all = (nowMs: number) => upkeep(servicesAt(nowMs), 1_000);
const choose = (body: object) => done("compliance.patch", { headers: ANY, body });
const checkpoints = (): Promise<readonly any[]> => readAll("audit.checkpoints", {}, 50);
const chainOf = ({ checkpoint: { chain } }: any) => chain.environmentId ?? "organisation";

async function placesOf(project: string): Promise<readonly string[]> {
  const { body } = await done("environments.list", { params: { project } });
  return body.items.map(({ id }: any) => id);
}

const act = {
  action: "test.act",
  target: { kind: "test", id: "t", name: "t" },
  detail: {},
} as const;
const db = drizzle(env.DB);
const actor = { kind: "system", id: "test", name: "test" } as const;

/** Sealed and written all at once: one by one they would take the test's time. Details are erased. */
async function recordMany(count: number, atMs: number) {
  const caller = { organisationId: "default", actor, reason: null, requestId: null };
  let head = await servicesAt(atMs).auditReader.head("default");
  const made = Array.from({ length: count }, () => {
    const entry = sealAuditEntry(auditDraft(caller, { ...act, atMs }), "salt", head);
    head = { sequence: entry.sequence, atMs: entry.atMs, hash: entry.hash };
    const row = toAuditRow(entry, { keyId: "k", sealed: "" });
    return db.insert(auditLog).values({ ...row, detailKeyId: null, detail: null });
  });
  const [first, ...rest] = made;
  if (first !== undefined) await db.batch([first, ...rest]);
}

describe("chains are signed by themselves", () => {
  it("each once a day: the organisation's and every environment's", async () => {
    const { project } = await newPlace("dev", "live");
    const ids = await placesOf(project);
    expect((await all(NOON_MS)).checkpoints).toBeGreaterThanOrEqual(3);
    const made = await checkpoints();
    expect(made.map(chainOf)).toEqual(expect.arrayContaining([...ids, "organisation"]));
    const key = await publicKey();
    for (const one of made) expect(await isSignedBy(one, key, verifyEd25519)).toBe(true);

    await newFlag();
    expect(await all(NOON_MS + 11 * HOUR_MS)).toMatchObject({ pruned: 0, failed: [] });
    const own = (list: readonly any[]) => list.filter((one) => chainOf(one) === "organisation");
    expect(own(await checkpoints())).toHaveLength(1);
    await all(NOON_MS + 13 * HOUR_MS);
    expect(own(await checkpoints())).toHaveLength(2);
  });

  it("a bounded number at a time, until all are done", async () => {
    const { project } = await newPlace("a", "b", "c");
    const ids = await placesOf(project);
    const atMs = NOON_MS + 2 * DAY_MS;
    for (let passes = 0; passes < 200; passes += 1) {
      const { checkpoints: count } = await upkeep(servicesAt(atMs), 2);
      expect(count).toBeLessThanOrEqual(2);
      if ((await servicesAt(atMs).upkeep.due(atMs, 1)).length === 0) break;
    }
    expect((await checkpoints()).map(chainOf)).toEqual(expect.arrayContaining([...ids]));
    expect(await upkeep(servicesAt(atMs))).toEqual({ checkpoints: 0, pruned: 0, failed: [] });
  });

  it("one that fails is told of, stops no other, and is tried again after an hour", async () => {
    const { project } = await newPlace("broken", "whole");
    const { body } = await done("environments.get", {
      params: { project, environment: "broken" },
    });
    const [whole] = (await placesOf(project)).filter((id) => id !== body.id);
    const atMs = NOON_MS + 3 * DAY_MS;
    const { authorities } = servicesAt(atMs);
    const failing = servicesAt(atMs, {
      authorities: {
        of: (id) => {
          if (id === body.id) throw new AuthorityUnavailable("It is down.");
          return authorities.of(id);
        },
      },
    });
    const first = await upkeep(failing, 1_000);
    expect(first.failed).toEqual([
      {
        what: `chain of the environment ${body.id}`,
        error: "AuthorityUnavailable: It is down.",
      },
    ]);
    const made = (await checkpoints()).map(chainOf);
    expect(made).toContain(whole);
    expect(made).not.toContain(body.id);
    expect(await all(atMs + HOUR_MS - 1)).toEqual({ checkpoints: 0, pruned: 0, failed: [] });
    expect(await all(atMs + HOUR_MS)).toEqual({ checkpoints: 1, pruned: 0, failed: [] });
    expect((await checkpoints()).map(chainOf)).toContain(body.id);
  });

  it("by one of several that run at the same time", async () => {
    await newPlace("dev");
    const atMs = NOON_MS + 4 * DAY_MS;
    const { upkeep: store } = servicesAt(atMs);
    const chain = { kind: "organisation", organisationId: "default" } as const;
    const claims = await Promise.all([1, 2, 3].map(() => store.claim(chain, atMs, atMs + 1)));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it("when the platform's clock calls the Worker", async () => {
    await env.DB.prepare("DELETE FROM audit_upkeep").run();
    await env.DB.prepare("DELETE FROM retention_progress").run();
    const { project } = await newPlace("dev");
    const [id] = await placesOf(project);
    const scheduledTime = new Date();
    await worker.scheduled(createScheduledController({ scheduledTime, cron: "*/5 * * * *" }), env);
    expect((await checkpoints()).map(chainOf)).toContain(id);
  });
});

describe("old entries of the organisation are archived by themselves", () => {
  it("when a retention is set, a bounded part at a time, and recorded", async () => {
    const startMs = NOON_MS + 10 * DAY_MS;
    await recordMany(520, startMs);
    const before = await rows();
    await all(startMs + 200 * DAY_MS);
    expect((await rows()).slice(0, before.length)).toEqual(before);

    await choose({ auditEntryDays: 100 });
    const atMs = startMs + 201 * DAY_MS;
    await recordMany(1, atMs);
    const counted = (await rows()).length;
    expect(await all(atMs)).toMatchObject({ pruned: 500, failed: [] });
    expect(await all(atMs)).toMatchObject({ pruned: counted - 501, failed: [] });
    expect(await all(atMs)).toMatchObject({ pruned: 0, failed: [] });
    const left = await rows();
    expect(left.map((row) => row["action"])).toEqual(["test.act", "audit.prune", "audit.prune"]);
    expect(left[1]).toMatchObject({
      actor_id: "maintenance",
      reason: "Entries are kept for 100 days.",
    });
    const { items } = (await done("audit.archives")).body;
    expect(items).toHaveLength(2);
    const key = await publicKey();
    for (const params of items) {
      const archive = await (await fileOf("audit.archive", { params })).text();
      expect((await verified(archive, key)).fault).toBeNull();
    }
    const text = await (await fileOf("audit.export")).text();
    expect((await verified(text, key, await checkpoints())).fault).toBeNull();
  });

  it("and a day on which nothing is old leaves no entry", async () => {
    const before = await rows();
    const last = Number(before.at(-1)?.["at_ms"]);
    await all(last + DAY_MS);
    await all(last + 2 * DAY_MS);
    expect(await rows()).toEqual(before);
  });

  it("but never earlier than the preset allows", async () => {
    const [oldest] = await rows();
    const last = Number((await rows()).at(-1)?.["at_ms"]);
    const shortest = "UPDATE organisation_compliance SET audit_entry_days = 1, preset = 'strict'";
    await env.DB.prepare(shortest).run();
    await all(last + 364 * DAY_MS);
    expect((await rows())[0]).toEqual(oldest);
    expect((await all(last + 366 * DAY_MS)).pruned).toBeGreaterThan(0);
  });

  it("and no setting is taken that is shorter than that", async () => {
    const headers = { ...ANY, "x-switchyard-reason": "A test." };
    const body = { preset: "defense", auditEntryDays: 2_554 };
    await expect(done("compliance.patch", { headers, body })).rejects.toThrow();
    await done("compliance.patch", { headers, body: { ...body, auditEntryDays: 2_555 } });
  });

  it("what cannot be archived stays, is told of, and keeps the chain from nothing else", async () => {
    const last = Number((await rows()).at(-1)?.["at_ms"]);
    const atMs = last + 2_600 * DAY_MS;
    const [, second] = await rows();
    const rename = env.DB.prepare("UPDATE audit_log SET actor_name = ? WHERE sequence = ?");
    await rename.bind("Eve", second?.["sequence"]).run();
    const { failed, pruned } = await all(atMs);
    expect(pruned).toBe(0);
    expect(failed).toEqual([
      {
        what: "chain of the organisation default",
        error: `entry ${String(second?.["sequence"])}: its contents do not give its hash`,
      },
    ]);
    await rename.bind(second?.["actor_name"], second?.["sequence"]).run();
    expect((await all(atMs + HOUR_MS)).pruned).toBeGreaterThan(0);
  });
});
