import { describe, expect, it } from "vitest";
import { call, done, newFlag, newPlace, readAll } from "./api.ts";

const on = { variation: "on" };
const off = { variation: "off" };
const isPro = { attribute: "plan", operator: "eq", value: "pro" };

describe("flags", () => {
  it("are changed field by field, each change a version and a revision", async () => {
    const at = await newFlag();
    const read = await done("flags.get", { params: at });
    expect(read.headers.get("etag")).toBe('"1"');

    const changed = await done("flags.patch", {
      params: at,
      headers: { "if-match": '"1"', "x-switchyard-reason": "for all, 100 %" },
      body: { enabled: true, rules: [{ id: "pro", if: isPro, then: on }], default: off },
    });
    expect(changed.headers.get("etag")).toBe('"2"');
    expect(changed.headers.get("x-switchyard-revision")).toBe("3");
    expect(changed.body).toMatchObject({
      version: 2,
      revision: 3,
      flag: { enabled: true, offVariation: "off", default: off, rules: [{ id: "pro" }] },
    });
    const stale = await call("flags.patch", {
      params: at,
      headers: { "if-match": '"1"' },
      body: { enabled: false },
    });
    expect(stale).toMatchObject({
      status: 412,
      body: { code: "flag.version-conflict", expected: 1, actual: 2 },
    });
    expect(stale.headers.get("etag")).toBe('"2"');
    const known = { params: at, headers: { "if-none-match": '"2"' } };
    expect((await call("flags.get", known)).status).toBe(304);
  });

  it("are not changed without If-Match, and the answer explains it", async () => {
    const at = await newFlag();
    expect(await call("flags.patch", { params: at, body: { enabled: true } })).toMatchObject({
      status: 428,
      body: { code: "precondition.required", detail: expect.stringContaining('If-Match: "3"') },
    });
    const odd = { params: at, body: { enabled: true }, headers: { "if-match": '"one"' } };
    expect(await call("flags.patch", odd)).toMatchObject({
      status: 400,
      body: { code: "request.invalid", errors: [{ in: "header", path: "/if-match" }] },
    });
    const forced = { params: at, body: { enabled: true }, headers: { "if-match": "*" } };
    expect((await done("flags.patch", forced)).body.version).toBe(2);
  });

  it("are refused with the place and the reason when they do not fit together", async () => {
    const at = await newFlag();
    const refused = await call("flags.patch", {
      params: at,
      headers: { "if-match": "*" },
      body: { default: { variation: "purple" } },
    });
    expect(refused).toMatchObject({ status: 422, body: { code: "document.invalid" } });
    expect(refused.body.errors[0]).toMatchObject({ path: expect.stringContaining("/default") });
    expect(refused.body.detail).toContain("purple");
  });

  it("are read as they were at an earlier revision", async () => {
    const at = await newFlag();
    await done("flags.patch", {
      params: at,
      headers: { "if-match": "*" },
      body: { enabled: true },
    });
    const before = { params: at, query: { revision: "2" } };
    expect((await done("flags.get", before)).body).toMatchObject({
      version: 1,
      flag: { enabled: false },
    });
    expect(await call("flags.get", { params: at, query: { revision: "1" } })).toMatchObject({
      status: 404,
      body: { code: "document.absent-at-revision" },
    });
    expect(await call("flags.get", { params: at, query: { revision: "99" } })).toMatchObject({
      status: 404,
      body: { code: "revision.unknown", asked: 99, newest: 3 },
    });
  });

  it("are archived and restored, and say so when they already are", async () => {
    const at = await newFlag();
    const wrong = { params: at, headers: { "if-match": '"9"' } };
    expect((await call("flags.archive", wrong)).status).toBe(412);
    const archived = await done("flags.archive", { params: at, body: { reason: "done" } });
    expect(archived.body.archivedAtMs).toBeTypeOf("number");

    const patch = { params: at, headers: { "if-match": "*" }, body: { enabled: true } };
    expect(await call("flags.patch", patch)).toMatchObject({
      status: 409,
      body: { code: "flag.archived" },
    });
    const listed = async (archivedOnes: string) =>
      (await done("flags.list", { params: at, query: { archived: archivedOnes } })).body.items;
    expect(await listed("true")).toHaveLength(1);
    expect(await listed("false")).toHaveLength(0);

    expect((await done("flags.restore", { params: at })).body.archivedAtMs).toBeNull();
    expect(await call("flags.restore", { params: at })).toMatchObject({
      status: 409,
      body: { code: "flag.not-archived" },
    });
  });

  it("cannot be archived while another depends on it", async () => {
    const at = await newFlag();
    await done("catalogue.create", {
      params: at,
      body: { key: "sub", base: { prerequisites: [{ flag: "new-nav", variations: ["on"] }] } },
    });
    expect(await call("flags.archive", { params: at })).toMatchObject({
      status: 409,
      body: { code: "flag.in-use", usedBy: [expect.stringContaining("sub")] },
    });
  });

  it("are killed with a reason, whatever version they have, and taken back", async () => {
    const at = await newFlag({ enabled: true });
    expect(await call("flags.kill", { params: at, body: { variation: "off" } })).toMatchObject({
      status: 400,
      body: { code: "reason.required" },
    });
    const body = { variation: "off", reason: "payments fail" };
    const killed = await done("flags.kill", { params: at, body });
    expect(killed.body.flag.killed).toEqual(body);
    expect(
      (await done("flags.unkill", { params: at, body: { reason: "fixed" } })).body.flag.killed,
    ).toBeNull();
    expect(await call("flags.unkill", { params: at, body: { reason: "fixed" } })).toMatchObject({
      status: 409,
      body: { code: "flag.not-killed" },
    });
  });

  it("are taken back to a revision, alone or with the whole environment", async () => {
    const at = await newFlag();
    const patch = (body: object) =>
      done("flags.patch", { params: at, headers: { "if-match": "*" }, body });
    await patch({ enabled: true });
    await patch({ clientVisible: true });
    const reason = "too early";
    const back = await done("flags.rollback", { params: at, body: { toRevision: 2, reason } });
    expect(back.body).toMatchObject({ version: 4, flag: { enabled: false, clientVisible: false } });

    const all = await done("environments.rollback", {
      params: at,
      body: { toRevision: 3, reason },
    });
    expect(all.body).toMatchObject({ revision: 6, changed: true, changedDocuments: 1 });
    expect(all.headers.get("x-switchyard-revision")).toBe("6");
    expect((await done("flags.get", { params: at })).body.flag.enabled).toBe(true);
    const never = { params: at, body: { toRevision: 1, reason } };
    expect((await call("flags.rollback", never)).body.code).toBe("document.absent-at-revision");
  });

  it("are listed to the end, page by page, in order", async () => {
    const at = await newPlace("dev");
    const keys = ["a", "b", "c", "d", "e"];
    for (const key of keys) await done("catalogue.create", { params: at, body: { key } });
    const listed = await readAll("flags.list", { params: at }, 2);
    expect(listed.map(({ flag }) => flag.key)).toEqual(keys);
  });

  it.each(["projects.list", "environments.list", "catalogue.list", "flags.list"] as const)(
    "and what they are part of refuse a cursor that is not theirs: %s",
    async (list) => {
      const at = await newPlace("dev");
      for (const cursor of ["not one of ours", "zzz", "0061"]) {
        expect(await call(list, { params: at, query: { cursor } })).toMatchObject({
          status: 400,
          body: { code: "request.invalid", errors: [{ in: "query", path: "/cursor" }] },
        });
      }
    },
  );

  it("explain what a context gets, and why, without being served", async () => {
    const at = await newFlag({
      enabled: true,
      rules: [
        {
          id: "pro-in-eu",
          if: { and: [isPro, { attribute: "$geo.country", operator: "in", value: ["DE", "FR"] }] },
          then: on,
        },
      ],
      default: off,
    });
    const context = { targetingKey: "u1", plan: "pro" };
    const explained = await done("flags.explain", {
      params: at,
      body: { context, platform: { "$geo.country": "DE" }, now: 1_790_000_000_000 },
    });
    expect(explained.body).toMatchObject({
      revision: 2,
      evaluation: { kind: "served", variation: "on", reason: "TARGETING_MATCH", rule: "pro-in-eu" },
    });
    expect(explained.body.steps.map(({ kind }: { kind: string }) => kind)).toContain("rule");
    const elsewhere = await done("flags.explain", { params: at, body: { context } });
    expect(elsewhere.body.evaluation).toMatchObject({ variation: "off", reason: "DEFAULT" });
    const unknown = await done("flags.explain", {
      params: { ...at, flag: "nothing" },
      body: { context: {} },
    });
    expect(unknown.body.evaluation).toEqual({ kind: "not-found", flag: "nothing" });
  });
});

describe("overrides", () => {
  const anna = { attribute: "targetingKey", operator: "eq", value: "anna" };

  it("win over rules until they end or are removed", async () => {
    const at = await newFlag({ enabled: true, default: off });
    const added = await done("overrides.create", {
      params: at,
      body: { id: "t-1", if: anna, variation: "on", reason: "ticket 1" },
    });
    expect(added.status).toBe(201);
    expect(added.body.flag.overrides).toMatchObject([{ id: "t-1", then: on, reason: "ticket 1" }]);

    const got = async () => {
      const body = { context: { targetingKey: "anna" } };
      return (await done("flags.explain", { params: at, body })).body.evaluation.variation;
    };
    expect(await got()).toBe("on");
    const override = { ...at, override: "t-1" };
    const ended = await done("overrides.expire", { params: override });
    expect(ended.body.flag.overrides[0].expiresAt).toBeTypeOf("number");
    expect(await got()).toBe("off");

    const removed = await done("overrides.delete", { params: override, body: { reason: "old" } });
    expect(removed.body.flag.overrides).toEqual([]);
    expect(await call("overrides.delete", { params: override })).toMatchObject({
      status: 404,
      body: { code: "override.not-found" },
    });
  });

  it("get a name when they are given none, and cannot share one", async () => {
    const at = await newFlag();
    const body = { if: anna, variation: "on", reason: "ticket 2" };
    const added = await done("overrides.create", { params: at, body });
    const { id } = added.body.flag.overrides[0];
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(await call("overrides.create", { params: at, body: { ...body, id } })).toMatchObject({
      status: 409,
      body: { code: "override.already-exists" },
    });
  });
});

describe("segments", () => {
  it("are created, read, changed, listed and deleted", async () => {
    const at = { ...(await newPlace("dev")), segment: "beta" };
    const created = await done("segments.create", {
      params: at,
      body: { key: "beta", name: "Beta testers", included: ["u1"] },
    });
    expect(created.body).toMatchObject({ segment: { key: "beta", excluded: [] }, version: 1 });
    await done("segments.create", { params: at, body: { key: "alpha", rules: [isPro] } });

    const changed = await done("segments.patch", {
      params: at,
      headers: { "if-match": '"1"' },
      body: { name: null, excluded: ["u9"] },
    });
    expect(changed.body.segment).toEqual({
      key: "beta",
      included: ["u1"],
      excluded: ["u9"],
      rules: [],
    });
    const first = await done("segments.get", { params: at, query: { revision: "2" } });
    expect(first.body.segment.name).toBe("Beta testers");
    const keys = (await readAll("segments.list", { params: at }, 1)).map(
      ({ segment }) => segment.key,
    );
    expect(keys).toEqual(["alpha", "beta"]);

    expect((await call("segments.delete", { params: at })).status).toBe(428);
    const stale = { params: at, headers: { "if-match": '"1"' } };
    expect((await call("segments.delete", stale)).body.code).toBe("segment.version-conflict");
    const deleted = await done("segments.delete", { params: at, headers: { "if-match": '"2"' } });
    expect(deleted.body).toEqual({ key: "beta", revision: 5 });
    expect((await call("segments.get", { params: at })).body.code).toBe("segment.not-found");
    const twice = { params: at, body: { key: "alpha" } };
    expect((await call("segments.create", twice)).body.code).toBe("segment.already-exists");
  });

  it("stay while a flag refers to them", async () => {
    const at = await newFlag();
    await done("segments.create", { params: at, body: { key: "beta" } });
    await done("flags.patch", {
      params: at,
      headers: { "if-match": "*" },
      body: { rules: [{ id: "r", if: { segment: "beta" }, then: on }], default: off },
    });
    const params = { ...at, segment: "beta" };
    expect(await call("segments.delete", { params, headers: { "if-match": "*" } })).toMatchObject({
      status: 409,
      body: { code: "segment.in-use", usedBy: [expect.stringContaining("new-nav")] },
    });
  });
});

describe("SDK keys", () => {
  it("are shown once, then by hint alone", async () => {
    const at = await newPlace("dev");
    const issued = await done("keys.issue", {
      params: at,
      body: { kind: "client", name: "web", origins: ["https://shop.example"] },
    });
    const { secret, hint, id } = issued.body;
    expect(secret).toMatch(/^sy_client_[a-z0-9]{16}_/);
    expect(secret.endsWith(hint)).toBe(true);
    const listed = await done("keys.list", { params: at });
    expect(listed.body.items).toMatchObject([{ id, hint, name: "web", revokedAtMs: null }]);
    expect(JSON.stringify(listed.body)).not.toContain(secret);
    expect(JSON.stringify(listed.body)).not.toContain("hash");
    const ruleset = await done("rulesets.get", { params: at });
    expect(ruleset.body.keys).toMatchObject([{ document: { id, kind: "client" } }]);
    expect(JSON.stringify(ruleset.body)).not.toContain("hash");
  });

  it("are rotated with an overlap, and revoked for good", async () => {
    const at = await newPlace("dev");
    const old = await done("keys.issue", {
      params: at,
      body: { kind: "server", name: "back end" },
    });
    const params = { ...at, key: old.body.id };
    const fresh = await done("keys.rotate", { params, body: { overlapSeconds: 60 } });
    expect(fresh.body).toMatchObject({ kind: "server", name: "back end", expiresAtMs: null });
    expect(fresh.body.secret).not.toBe(old.body.secret);
    const items = await readAll("keys.list", { params }, 1);
    expect(items).toHaveLength(2);
    expect(items.find(({ id }) => id === params.key).expiresAtMs).toBeTypeOf("number");

    expect((await done("keys.revoke", { params })).body.id).toBe(params.key);
    expect(await call("keys.rotate", { params })).toMatchObject({
      status: 409,
      body: { code: "key.revoked" },
    });
    expect(await call("keys.revoke", { params: { ...at, key: "nobody" } })).toMatchObject({
      status: 404,
      body: { code: "key.not-found" },
    });
  });
});

describe("history", () => {
  it("gives the ruleset now, at a revision, and at an instant", async () => {
    const at = await newFlag();
    const first = await done("flags.get", { params: at });
    await done("flags.patch", {
      params: at,
      headers: { "if-match": "*" },
      body: { enabled: true },
    });
    const now = await done("rulesets.get", { params: at });
    expect(now.headers.get("etag")).toBe('"3"');
    expect(now.body).toMatchObject({ revision: 3, flags: [{ document: { enabled: true } }] });
    const unchanged = { params: at, headers: { "if-none-match": '"3"' } };
    expect((await call("rulesets.get", unchanged)).status).toBe(304);
    const then = { params: at, query: { revision: "2" } };
    expect((await done("rulesets.get", then)).body.flags[0].document.enabled).toBe(false);
    const instant = { params: at, query: { at: String(first.body.createdAtMs - 60_000) } };
    expect((await done("rulesets.get", instant)).body).toMatchObject({ revision: 0, flags: [] });
    const both = { params: at, query: { revision: "2", at: "1" } };
    expect((await call("rulesets.get", both)).body.code).toBe("request.invalid");
  });

  it("gives what changed since a revision", async () => {
    const at = await newFlag();
    const since = async (revision: string) =>
      (await done("changes.list", { params: at, query: { since: revision } })).body;
    expect(await since("2")).toEqual({ kind: "current", revision: 2 });
    expect(await since("1")).toMatchObject({
      kind: "delta",
      since: 1,
      revision: 2,
      changes: [{ kind: "flag", key: "new-nav", state: { version: 1 } }],
    });
    expect((await done("changes.list", { params: at })).body).toMatchObject({
      kind: "ruleset",
      revision: 2,
    });
  });

  it("says who changed what and why, in a chain that verifies", async () => {
    const at = await newFlag();
    const patched = await done("flags.patch", {
      params: at,
      headers: { "if-match": "*", "x-switchyard-reason": encodeURIComponent("Grüße, 50 %") },
      body: { enabled: true },
    });
    await done("segments.create", { params: at, body: { key: "beta" } });
    const entries = await readAll("log.list", { params: at }, 2);
    expect(entries).toHaveLength(4);
    const entry = entries.find(({ revision }) => revision === 3);
    expect(entry).toMatchObject({
      action: "flag.patch",
      actor: { kind: "service", id: "bootstrap" },
      reason: "Grüße, 50 %",
      requestId: patched.headers.get("x-request-id"),
      changes: [{ afterDocument: { enabled: true }, beforeDocument: { enabled: false } }],
    });
    const only = async (query: Record<string, string>) =>
      (await readAll("log.list", { params: at, query }, 1)).map(({ revision }) => revision);
    expect(new Set(await only({ flag: "new-nav" }))).toEqual(new Set([2, 3]));
    expect(await only({ segment: "beta" })).toEqual([4]);
    expect((await done("log.verify", { params: at })).body).toMatchObject({
      verified: true,
      entries: 4,
      fault: null,
    });
  });
});
