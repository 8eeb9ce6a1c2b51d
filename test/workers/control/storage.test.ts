import { env } from "cloudflare:workers";
import { is } from "drizzle-orm";
import { SQLiteTable, getTableConfig } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { createD1IdempotencyStore } from "../../../src/adapters/d1/idempotency-store.ts";
import { createD1CatalogueStore } from "../../../src/adapters/d1/catalogue-store.ts";
import { createD1ProjectStore } from "../../../src/adapters/d1/project-store.ts";
import * as accessSchema from "../../../src/adapters/d1/access-schema.ts";
import * as auditSchema from "../../../src/adapters/d1/audit-schema.ts";
import * as identitySchema from "../../../src/adapters/d1/identity-schema.ts";
import * as privacySchema from "../../../src/adapters/d1/privacy-schema.ts";
import * as ssoSchema from "../../../src/adapters/d1/sso-schema.ts";
import * as tokenSchema from "../../../src/adapters/d1/token-schema.ts";
import * as schema from "../../../src/adapters/d1/schema.ts";
import type { CatalogueFlag } from "../../../src/app/catalogue/catalogue-flag.ts";
import { createAuditLog } from "../../../workers/control/audit-log.ts";
import { sources } from "./an-app.ts";
import { IDEMPOTENCY } from "../../../src/app/idempotency/idempotency-store.ts";

const tables = [
  Object.values(schema),
  Object.values(accessSchema),
  Object.values(auditSchema),
  Object.values(privacySchema),
  Object.values(identitySchema),
  Object.values(ssoSchema),
  Object.values(tokenSchema),
]
  .flat()
  .filter((one) => is(one, SQLiteTable))
  .map((table) => getTableConfig(table));

describe("d1-migrations and schema.ts", () => {
  it.each(tables)("agree on the columns of $name", async ({ name, columns }) => {
    const { results } = await env.DB.prepare(`PRAGMA table_info(${name})`).all<{
      name: string;
      type: string;
      notnull: number;
    }>();
    const stored = results.map((c) => `${c.name} ${c.type} ${c.notnull}`.toLowerCase());
    const declared = columns.map((c) => `${c.name} ${c.getSQLType()} ${c.notNull ? 1 : 0}`);
    expect(stored.toSorted()).toEqual(declared.toSorted());
  });

  it("know the same tables", async () => {
    const { results } = await env.DB.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'd1_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
    ).all<{ name: string }>();
    expect(results.map(({ name }) => name).toSorted()).toEqual(
      tables.map(({ name }) => name).toSorted(),
    );
  });

  it("begin with one organisation", async () => {
    const row = await env.DB.prepare("SELECT id FROM organisations").first();
    expect(row).toEqual({ id: "default" });
  });
});

const caller = {
  organisationId: "default",
  actor: { kind: "user", id: "u-1", name: "Ada" },
  access: { grants: [], ceiling: null },
  permits: { grants: [], ceiling: null },
  reason: "because",
  requestId: "r-1",
  commandId: "c-1",
} as const;

const project = (key: string, version = 1) => ({
  id: `id-${key}`,
  organisationId: "default",
  key,
  name: key,
  description: null,
  unitId: null,
  version,
  createdAtMs: 1_000,
  updatedAtMs: 2_000,
});

describe("the catalogue's log", () => {
  it("lets one of two racing writers win, and says who it was and why", async () => {
    const store = createD1ProjectStore(env.DB, createAuditLog(env, sources));
    const key = crypto.randomUUID();
    await store.insert(project(key), caller);
    const outcomes = await Promise.all(
      ["a", "b", "c"].map((name) =>
        store.update(project(key), { ...project(key, 2), name }, caller),
      ),
    );
    expect(outcomes.toSorted()).toEqual(["committed", "raced", "raced"]);
    const { results } = await env.DB.prepare(
      "SELECT version, actor_name, reason, at_ms, document FROM catalogue_log WHERE target_id = ? ORDER BY version",
    )
      .bind(`id-${key}`)
      .all<{ document: string }>();
    expect(results).toMatchObject([
      { version: 1, actor_name: "Ada", reason: "because", at_ms: 2_000 },
      { version: 2 },
    ]);
    const winner = await store.find("default", key);
    expect(JSON.parse(results[1]!.document)).toEqual(winner);
  });
});

describe("a flag in very many environments", () => {
  it("is entered with one statement, beyond D1's hundred parameters", async () => {
    const store = createD1CatalogueStore(env.DB, createAuditLog(env, sources));
    const key = crypto.randomUUID();
    const projects = createD1ProjectStore(env.DB, createAuditLog(env, sources));
    await projects.insert(project(key), caller);
    const flag: CatalogueFlag = {
      projectId: `id-${key}`,
      key: "f",
      name: "f",
      description: null,
      type: "boolean",
      category: "feature",
      stage: "development",
      risk: "low",
      owner: null,
      tags: { team: "a" },
      salt: "f",
      creation: { commandId: "c-1", fingerprint: "0" },
      version: 1,
      createdAtMs: 1,
      updatedAtMs: 1,
    };
    const environments = Array.from({ length: 300 }, (_, n) => `e${String(n).padStart(3, "0")}`);
    expect(await store.insert(flag, environments, caller)).toBe("committed");
    await store.confirm(flag.projectId, "f", environments.slice(0, 200));
    const found = await store.find(flag.projectId, "f");
    expect(found).toEqual({
      flag,
      environments: environments.slice(0, 200),
      pending: environments.slice(200),
    });
  });
});

const request = () => ({ credentialId: "c", key: crypto.randomUUID(), fingerprint: "one" });

describe("kept answers", () => {
  const store = createD1IdempotencyStore(env.DB);
  const answer = { status: 201, headers: { etag: '"1"' }, body: "{}" };
  const NOW = 1_800_000_000_000;

  it("are given to the same request, until they are a day old", async () => {
    const one = request();
    expect(await store.begin(one, "a", NOW)).toEqual({ kind: "started", commandId: "a" });
    await store.keep(one, answer);
    const lastMoment = NOW + IDEMPOTENCY.keptMs;
    expect(await store.begin(one, "b", lastMoment)).toEqual({ kind: "answered", answer });
  });

  it("are new work, by another name, when the key is used again after a day", async () => {
    const one = request();
    await store.begin(one, "a", NOW);
    await store.keep(one, answer);
    const later = NOW + IDEMPOTENCY.keptMs + 1;
    expect(await store.begin(one, "b", later)).toEqual({ kind: "started", commandId: "b" });
  });

  it("are waited for while the first request may be alive, and taken over when it died", async () => {
    const one = request();
    await store.begin(one, "a", NOW);
    expect(await store.begin(one, "b", NOW + IDEMPOTENCY.leaseMs - 1)).toEqual({
      kind: "in-progress",
      retryAtMs: NOW + IDEMPOTENCY.leaseMs,
    });
    const another = { ...one, fingerprint: "two" };
    expect(await store.begin(another, "b", NOW + IDEMPOTENCY.leaseMs)).toEqual({
      kind: "other-request",
    });
    const both = [store.begin(one, "b", NOW + 90_000), store.begin(one, "c", NOW + 90_000)];
    const begun = await Promise.all(both);
    expect(begun.map(({ kind }) => kind).toSorted()).toEqual(["in-progress", "started"]);
    expect(begun).toContainEqual({ kind: "started", commandId: "a" });
  });

  it("of work that may have been done are attempted again under the name it had", async () => {
    const one = request();
    await store.begin(one, "a", NOW);
    await store.suspend(one);
    expect(await store.begin(one, "b", NOW + 1)).toEqual({ kind: "started", commandId: "a" });
  });

  it("belong to one caller", async () => {
    const one = request();
    await store.begin(one, "a", NOW);
    expect(await store.begin({ ...one, credentialId: "other" }, "b", NOW)).toEqual({
      kind: "started",
      commandId: "b",
    });
  });
});
