import { describe, expect, it } from "vitest";
import { KeyringError, keyringOf } from "../../../src/adapters/crypto/envelope.ts";
import { auditKeyring } from "../../../workers/control/audit-keys.ts";
import { done } from "../control/api.ts";
import { rows } from "./an-organisation.ts";
import { newKey, withKeys } from "./with-keys.ts";

describe("keys of the audit log", () => {
  it("are replaced, and every chain verifies as before", async () => {
    const [older, newer] = [newKey("k1"), newKey("k2")];
    const [before, both, after] = [older, `${newer},${older}`, newer].map((keys) => withKeys(keys));
    if (before === undefined || both === undefined || after === undefined) throw new Error("three");
    for (let n = 0; n < 5; n += 1) {
      await before("projects.create", { body: { key: `p-${crypto.randomUUID()}` } });
    }
    expect((await before("audit.key")).status).toBe(200);
    const ofK1 = (await rows()).filter((row) => row["detail_key_id"] === "k1");
    expect(ofK1.length).toBeGreaterThanOrEqual(5);
    const again = await both("audit.rekey");
    expect(again.body).toEqual({ keyId: "k2", rekeyed: ofK1.length, remaining: 0 });
    const now = await rows();
    expect(now.some((row) => row["detail_key_id"] === "k1")).toBe(false);
    expect(now.slice(0, ofK1.length).map((row) => row["hash"])).toEqual(
      ofK1.map((row) => row["hash"]),
    );
    const { items } = (await after("audit.list")).body;
    expect(new Set(items.map((one: any) => one.detail))).toEqual(new Set(["kept"]));
    expect((await after("audit.checkpoint")).status).toBe(201);
    expect(await before("audit.key")).toMatchObject({
      status: 503,
      body: { code: "configuration.audit-keys" },
    });
  });

  it("that are gone make details unreadable, and the chain verifies still", async () => {
    const [gone, present] = [withKeys(newKey("gone")), withKeys(newKey("here"))];
    await gone("projects.create", { body: { key: `p-${crypto.randomUUID()}` } });
    const [created] = (await present("audit.list")).body.items;
    expect(created).toMatchObject({ action: "project.create", detail: "unreadable", changes: [] });
  });

  it("open what the admin token's key sealed before they were set", async () => {
    const key = `p-${crypto.randomUUID()}`;
    await done("projects.create", { body: { key } });
    const set = withKeys(newKey("k1"));
    const [created] = (await set("audit.list")).body.items;
    expect(created).toMatchObject({ action: "project.create", detail: "kept" });
    const { body } = await set("audit.rekey");
    expect(body.rekeyed).toBeGreaterThan(0);
  });

  it("are not made from nothing", async () => {
    await expect(auditKeyring({})).rejects.toThrow(KeyringError);
    await expect(auditKeyring({ AUDIT_KEYS: "", ADMIN_TOKEN: "" })).rejects.toThrow(KeyringError);
    expect((await auditKeyring({ AUDIT_KEYS: newKey("k1") })).opensWith).toEqual(["k1"]);
  });

  it("that are no keys shut what must be recorded, in words that name no key", async () => {
    const broken = withKeys("k1:not-a-key-but-nearly-secret");
    const got = await broken("projects.create", { body: { key: `p-${crypto.randomUUID()}` } });
    expect(got).toMatchObject({ status: 503, body: { code: "configuration.audit-keys" } });
    expect(JSON.stringify(got.body)).not.toContain("nearly-secret");
  });

  it("open nothing elsewhere than where they sealed", async () => {
    const ring = await keyringOf(newKey("k1"));
    const sealed = await ring.seal("text", "audit detail default 1");
    expect(await ring.open(sealed, "audit detail default 1")).toBe("text");
    expect(await ring.open(sealed, "audit detail default 2")).toBeNull();
    const other = await keyringOf(newKey("k1"));
    expect(await other.open(sealed, "audit detail default 1")).toBeNull();
  });
});
