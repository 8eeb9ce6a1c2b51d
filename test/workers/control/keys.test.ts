import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { IntakeEvent } from "../../../src/core/events/event.ts";
import { sha256Hex } from "../../../src/core/hash/sha256.ts";
import { canonicalJson } from "../../../src/core/json.ts";
import { sdkKeyHash } from "../../../src/core/keys/sdk-key.ts";
import { createConsumer } from "../../../workers/control/events/consume.ts";
import { chunkOf, keyUse } from "../../unit/core/events/chunks.ts";
import { call, done, newFlag, newPlace, readAll } from "./api.ts";
import type { Place } from "./api.ts";

const issue = async (params: Place, body: object = {}) =>
  await done("keys.issue", { params, body: { kind: "server", name: "back end", ...body } });

describe("an SDK key", () => {
  it("is read alone, by its version, and unchanged for who has the newest", async () => {
    const at = await newPlace("dev");
    const issued = await issue(at);
    expect(issued.headers.get("etag")).toBe('"1"');
    const params = { ...at, key: issued.body.id };
    const got = await done("keys.get", { params });
    expect(got.headers.get("etag")).toBe('"1"');
    const { secret: _, note: __, ...shown } = issued.body;
    expect(got.body).toEqual({ ...shown, revokedAtMs: null, lastUsedAtMs: null });
    const known = { params, headers: { "if-none-match": '"1"' } };
    expect((await call("keys.get", known)).status).toBe(304);

    const rotated = await done("keys.rotate", { params, headers: { "if-match": '"1"' } });
    expect(rotated.headers.get("etag")).toBe('"1"');
    expect((await call("keys.get", known)).status).toBe(200);
    const revoked = await done("keys.revoke", { params, headers: { "if-match": '"2"' } });
    expect(revoked.headers.get("etag")).toBe('"3"');
    const after = await done("keys.get", { params });
    expect(after.headers.get("etag")).toBe('"3"');
    expect(after.body.revokedAtMs).toBeTypeOf("number");
    const unknown = { params: { ...at, key: "nobody" } };
    expect(await call("keys.get", unknown)).toMatchObject({
      status: 404,
      body: { code: "key.not-found" },
    });
  });

  it("cannot be issued to end in the past, and the answer names the moment and now", async () => {
    const at = await newPlace("dev");
    const body = { kind: "server", name: "s", expiresAtMs: 1_577_836_800_000 };
    const got = await call("keys.issue", { params: at, body });
    expect(got).toMatchObject({
      status: 400,
      body: {
        code: "request.invalid",
        errors: [{ in: "body", path: "/expiresAtMs", code: "already-past" }],
      },
    });
    expect(got.body.detail).toContain("1577836800000 (2020-01-01T00:00:00.000Z)");
    expect(got.body.detail).toMatch(/it is 20\d\d-\d\d-\d\dT[\d:.]+Z already/);
    expect((await done("keys.list", { params: at })).body.items).toEqual([]);
    const hourMs = 3_600_000;
    expect((await issue(at, { expiresAtMs: Date.now() + hourMs })).status).toBe(201);
  });
});

async function consumed(environment: string, events: readonly IntakeEvent[]) {
  const chunk = chunkOf(events, { environment, receivedAtMs: Date.now() });
  const message = { id: crypto.randomUUID(), body: chunk, attempts: 1 };
  const outcomes = await createConsumer(env, () => {}).consume("q", [message, message]);
  expect(outcomes).toEqual([{ kind: "done" }, { kind: "done" }]);
}

describe("the last use of an SDK key", () => {
  const MINUTE_MS = 60_000;
  const atMs = Date.now() - (Date.now() % MINUTE_MS);

  it("is shown with each key, the latest that was told, in whatever order", async () => {
    const at = await newPlace("dev");
    const other = await newPlace("dev");
    const [used, unused] = [await issue(at), await issue(at)];
    const { body: environment } = await done("environments.get", { params: at });
    const { body: elsewhere } = await done("environments.get", { params: other });
    const key = used.body.id;
    await consumed(environment.id, [
      keyUse({ key, atMs }),
      keyUse({ key, atMs: atMs - MINUTE_MS }),
    ]);
    await consumed(environment.id, [keyUse({ key, atMs: atMs - 5 * MINUTE_MS })]);
    await consumed(elsewhere.id, [keyUse({ key: unused.body.id, atMs })]);
    const params = { ...at, key };
    expect((await done("keys.get", { params })).body).toMatchObject({
      id: key,
      lastUsedAtMs: atMs,
    });
    const listed = await readAll("keys.list", { params: at }, 1);
    const uses = Object.fromEntries(listed.map(({ id, lastUsedAtMs }) => [id, lastUsedAtMs]));
    expect(uses).toEqual({ [key]: atMs, [unused.body.id]: null });
    await consumed(environment.id, [keyUse({ key, atMs: atMs + MINUTE_MS })]);
    expect((await done("keys.get", { params })).body.lastUsedAtMs).toBe(atMs + MINUTE_MS);
    const { objects } = await env.RAW_EVENTS.list({ prefix: `raw/${environment.id}/` });
    expect(objects).toEqual([]);
  });
});

describe("an override", () => {
  it("cannot be made to end in the past, and can be ended there", async () => {
    const at = await newFlag();
    const anna = { attribute: "targetingKey", operator: "eq", value: "anna" };
    const body = { id: "o-1", if: anna, variation: "on", reason: "r" };
    const past = { params: at, body: { ...body, expiresAtMs: 0 } };
    expect((await call("overrides.create", past)).body).toMatchObject({
      code: "request.invalid",
      detail: expect.stringContaining("1970-01-01T00:00:00.000Z"),
    });
    await done("overrides.create", { params: at, body });
    const params = { ...at, override: "o-1" };
    const ended = await done("overrides.expire", { params, body: { atMs: 5 } });
    expect(ended.body.flag.overrides).toMatchObject([{ expiresAt: 5 }]);
  });
});

describe("what a key is recognised by", () => {
  it("is shown by no endpoint", async () => {
    const at = await newFlag();
    const issued = await issue(at);
    const params = { ...at, key: issued.body.id };
    const rotated = await done("keys.rotate", { params, body: { overlapSeconds: 60 } });
    const revoked = await done("keys.revoke", { params });
    const canaries = [issued, rotated].map(({ body }) => sdkKeyHash(body.secret));

    const reads = [
      await done("keys.get", { params }),
      await done("keys.list", { params }),
      await done("rulesets.get", { params }),
      await done("rulesets.get", { params, query: { revision: "3" } }),
      await done("changes.list", { params }),
      await done("changes.list", { params, query: { since: "2" } }),
      await done("log.list", { params }),
      await done("environments.get", { params }),
    ];
    const texts = [issued, rotated, revoked, ...reads].map(({ body }) => JSON.stringify(body));
    // The keys are there to be found.
    expect(texts.filter((text) => text.includes(issued.body.id)).length).toBeGreaterThan(6);
    for (const canary of canaries) expect(texts.join()).not.toContain(canary);
    const log = reads[6]?.body.items;
    expect(log[0].changes).toMatchObject([
      { kind: "key", beforeDocument: { hint: issued.body.hint }, afterDocument: {} },
    ]);
    expect((await done("log.verify", { params })).body.verified).toBe(true);
  });
});

/** As docs/http-api.md tells a reader to. */
function fault(entries: readonly any[]): string | null {
  let previousHash = "0".repeat(64);
  for (const entry of entries) {
    const changes = entry.changes.map(({ kind, key, before, after }: any) => {
      return { kind, key, before, after };
    });
    const { hash, ...body } = { ...entry, changes };
    if (body.previousHash !== previousHash) return `link of ${entry.revision}`;
    if (sha256Hex(canonicalJson(body)) !== hash) return `entry ${entry.revision}`;
    previousHash = hash;
    for (const { kind, key, after, afterDocument: document } of entry.changes) {
      const hashes = [true, false].map((archived) =>
        sha256Hex(canonicalJson({ kind, key, version: after.version, archived, document })),
      );
      if (kind !== "key" && !hashes.includes(after.hash)) return `${kind} of ${entry.revision}`;
    }
  }
  return null;
}

describe("a reader of the log", () => {
  it("can verify it alone, and of a key with the key in hand", async () => {
    const at = await newFlag();
    const { body: key } = await issue(at);
    await done("segments.create", { params: at, body: { key: "beta" } });
    await done("flags.archive", { params: at });
    const entries = (await readAll("log.list", { params: at }, 2)).toReversed();
    expect(entries).toHaveLength(5);
    expect(fault(entries)).toBeNull();

    const [{ afterDocument, after }] = entries[2].changes;
    const document = { ...afterDocument, hash: sdkKeyHash(key.secret) };
    const version = { kind: "key", key: key.id, version: 1, archived: false, document };
    expect(sha256Hex(canonicalJson(version))).toBe(after.hash);

    entries[1].changes[0].afterDocument.enabled = true;
    expect(fault(entries)).toBe("flag of 2");
    entries[1].reason = "another";
    expect(fault(entries)).toBe("entry 2");
  });
});
