import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { appWith } from "../control/an-app.ts";
import { call, newPlace } from "../control/api.ts";
import { fileOf, publicKey, rows, verified } from "./an-organisation.ts";
import { DAY_MS } from "./with-keys.ts";

/** So many days from now; what was recorded by a later clock keeps later ones from being older. */
const pruneIn = (days: number) => {
  const { fetch } = appWith({ now: () => Date.now() + days * DAY_MS });
  return call("audit.prune", { body: { olderThanDays: 365 } }, fetch);
};

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

  it("that were deleted without an archive shut exports and pruning", async () => {
    for (let n = 0; n < 4; n += 1) await newPlace();
    const [, , third] = await rows();
    await env.DB.prepare("DELETE FROM audit_log WHERE sequence < ?")
      .bind(third?.["sequence"])
      .run();
    const broken = { status: 409, body: { code: "audit.broken", sequence: third?.["sequence"] } };
    expect(await call("audit.export")).toMatchObject(broken);
    expect(await pruneIn(2000)).toMatchObject(broken);
    expect((await rows())[0]).toEqual(third);
  });
});
