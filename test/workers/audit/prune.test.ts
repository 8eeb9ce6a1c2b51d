import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { readSignedCheckpoint } from "../../../src/core/audit/read-export.ts";
import { sha256Hex } from "../../../src/core/hash/sha256.ts";
import { appWith } from "../control/an-app.ts";
import { call, done, newPlace, readAll } from "../control/api.ts";
import { fileOf, publicKey, rows, verified } from "./an-organisation.ts";
import { DAY_MS, newKey, withKeys } from "./with-keys.ts";

describe("old entries", () => {
  it("are none when nothing is old enough, and none are where there is no archive", async () => {
    await newPlace();
    const before = await rows();
    const { body } = await done("audit.prune", { body: { olderThanDays: 365 } });
    expect(body).toEqual({ pruned: 0, archive: null, more: false });
    expect((await rows()).slice(0, -1)).toEqual(before);
    const archive = "000000000000001-000000000000002";
    expect(await call("audit.archive", { params: { archive } })).toMatchObject({
      status: 404,
      body: { code: "audit-archive.not-found" },
    });
  });

  it("are archived up to a checkpoint, from which the rest is verified", async () => {
    for (let n = 0; n < 4; n += 1) await newPlace();
    const before = await rows();
    const { fetch } = appWith({ now: () => Date.now() + 400 * DAY_MS });
    const pruned = await call("audit.prune", { body: { olderThanDays: 365 } }, fetch);
    expect(pruned.body).toMatchObject({ pruned: before.length - 1, more: false });
    const [first, ...rest] = await rows();
    expect(first?.["hash"]).toBe(before.at(-1)?.["hash"]);
    expect(rest.map((row) => row["action"])).toEqual(["audit.prune"]);

    const key = await publicKey();
    const { items } = (await done("audit.archives")).body;
    expect(items).toContainEqual({ archive: pruned.body.archive });
    const archived = await fileOf("audit.archive", { params: { archive: pruned.body.archive } });
    const report = await verified(await archived.text(), key);
    expect(report).toMatchObject({ fault: null, entries: before.length - 1 });

    const checkpoints = await readAll("audit.checkpoints", {}, 50);
    const own = checkpoints.filter((one) => one.checkpoint.chain.kind === "organisation");
    expect(own).toHaveLength(1);
    const { archive } = pruned.body;
    const file = await (await fileOf("audit.archive", { params: { archive } })).text();
    expect(own[0].checkpoint.prune).toEqual({ archive, digest: sha256Hex(file) });
    const { sequence } = own[0].checkpoint.head;
    const name = `${String(sequence).padStart(15, "0")}-prune.json`;
    const copy = await env.RAW_EVENTS.get(`audit/default/checkpoints/organisation/${name}`);
    expect(readSignedCheckpoint(await copy?.json())).toEqual(own[0]);
    const text = await (await fileOf("audit.export")).text();
    expect((await verified(text, key, own)).fault).toBeNull();
    const sealed = await env.RAW_EVENTS.get(`audit/default/archive/${pruned.body.archive}`);
    expect(await sealed?.text()).toMatch(/^[0-9a-f]+$/);
  });

  it("stay while they must be kept, or while their details cannot be read", async () => {
    const gone = withKeys(newKey("gone"));
    for (let n = 0; n < 4; n += 1) {
      await gone("projects.create", { body: { key: `p-${crypto.randomUUID()}` } });
    }
    const [oldest] = await rows();
    const later = withKeys(newKey("k1"), 1_200);
    const day = { body: { olderThanDays: 1 } };
    expect(await later("audit.prune", day)).toMatchObject({
      status: 409,
      body: { code: "audit.retention" },
    });
    const unreadable = await later("audit.prune", { body: { olderThanDays: 365 } });
    expect(unreadable).toMatchObject({ status: 409, body: { code: "audit.unreadable" } });
    expect((await rows())[0]).toEqual(oldest);
  });
});
