import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { appWith } from "../control/an-app.ts";
import { call, done, newPlace } from "../control/api.ts";
import { fileOf, publicKey, rows, verified } from "./an-organisation.ts";
import { DAY_MS } from "./with-keys.ts";

/** So many days from now; what was recorded by a later clock keeps later ones from being older. */
const pruneIn = (days: number) => {
  const { fetch } = appWith({ now: () => Date.now() + days * DAY_MS });
  return call("audit.prune", { body: { olderThanDays: 365 } }, fetch);
};

const archives = async () => (await done("audit.archives")).body.items;
const isOwn = (one: any) => one.checkpoint.chain.kind === "organisation";

describe("old entries", () => {
  it("are archived under another name when something else has theirs", async () => {
    for (let n = 0; n < 2; n += 1) await newPlace();
    const before = await rows();
    const places = [before.at(0), before.at(-2)].map((row) => String(row?.["sequence"]));
    const taken = places.map((place) => place.padStart(15, "0")).join("-");
    const name = `audit/default/archive/${taken}`;
    await env.RAW_EVENTS.put(name, "ab", { customMetadata: { keyId: "k" } });
    const { body } = await pruneIn(400);
    expect(body.archive).toBe(`${taken}-2`);
    expect(await (await env.RAW_EVENTS.get(name))?.text()).toBe("ab");
    const archived = await fileOf("audit.archive", { params: { archive: body.archive } });
    const report = await verified(await archived.text(), await publicKey());
    expect(report).toMatchObject({ fault: null, entries: before.length - 1 });
  });

  it("that were rewritten are not archived", async () => {
    for (let n = 0; n < 4; n += 1) await newPlace();
    const before = await rows();
    const { sequence, actor_name: name } = before[1] ?? {};
    const rename = env.DB.prepare("UPDATE audit_log SET actor_name = ? WHERE sequence = ?");
    await rename.bind("Eve", sequence).run();
    expect(await pruneIn(1200)).toMatchObject({
      status: 409,
      body: { code: "audit.broken", sequence },
    });
    await rename.bind(name, sequence).run();
    expect((await rows()).slice(0, before.length)).toEqual(before);
  });

  it("are deleted once when a run was broken off after it had signed", async () => {
    for (let n = 0; n < 3; n += 1) await newPlace();
    const before = await rows();
    const refuse =
      "CREATE TRIGGER keep BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'no'); END";
    await env.DB.prepare(refuse).run();
    expect(await pruneIn(1_700)).toMatchObject({ status: 500 });
    expect((await rows()).slice(0, before.length)).toEqual(before);
    await env.DB.prepare("DROP TRIGGER keep").run();
    const kept = await archives();
    const { body } = await pruneIn(1_700);
    expect(kept).toContainEqual({ archive: body.archive });
    expect(await archives()).toEqual(kept);
    expect((await rows())[0]).toEqual(before.at(-1));
  });

  it("that were deleted although an ordinary checkpoint is there shut them as well", async () => {
    for (let n = 0; n < 4; n += 1) await newPlace();
    const { body } = await done("audit.checkpoint");
    await newPlace();
    const all = await rows();
    const { sequence } = body.checkpoints.find(isOwn).checkpoint.head;
    await env.DB.prepare("DELETE FROM audit_log WHERE sequence <= ?").bind(sequence).run();
    expect(await call("audit.export")).toMatchObject({
      status: 409,
      body: { code: "audit.broken", sequence: sequence + 1 },
    });
    for (const row of all.filter((one) => Number(one["sequence"]) <= sequence)) {
      const names = Object.keys(row);
      const insert = `INSERT INTO audit_log (${names.join()}) VALUES (${names.map(() => "?").join()})`;
      await env.DB.prepare(insert)
        .bind(...Object.values(row))
        .run();
    }
    expect((await fileOf("audit.export")).status).toBe(200);
  });

  it("that were deleted without an archive shut exports and pruning", async () => {
    for (let n = 0; n < 4; n += 1) await newPlace();
    const [, , third] = await rows();
    await env.DB.prepare("DELETE FROM audit_log WHERE sequence < ?")
      .bind(third?.["sequence"])
      .run();
    const broken = { status: 409, body: { code: "audit.broken", sequence: third?.["sequence"] } };
    expect(await call("audit.export")).toMatchObject(broken);
    expect(await pruneIn(2400)).toMatchObject(broken);
    expect((await rows())[0]).toEqual(third);
  });
});
