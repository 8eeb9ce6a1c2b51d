import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, done, newPlace, type Place } from "./api.ts";

const WHY = "payments fail";

/** Flags with tags, in `dev`; `elsewhere` is in `prod` alone. */
async function aShop(): Promise<Place> {
  const at = await newPlace("dev", "prod");
  const { project } = at;
  const make = (key: string, tags: object, more: object = {}) =>
    done("catalogue.create", { params: { project }, body: { key, tags, ...more } });
  await make("checkout", { team: "payments" });
  await make("nav", { team: "shell", legacy: "" });
  await make("refunds", { team: "payments", legacy: "yes" });
  await make("elsewhere", { team: "payments" }, { createIn: ["prod"] });
  return at;
}

const killed = async (params: Place, flag: string) =>
  (await done("flags.get", { params: { ...params, flag } })).body.flag.killed;

describe("a kill of many flags over the API", () => {
  it("kills by tag in one revision, tells what became of each, and where to see it arrive", async () => {
    const params = await aShop();
    const before = (await done("rulesets.get", { params })).body.revision;
    const body = { tag: { name: "team", value: "payments" }, reason: WHY };
    const got = await done("environments.kill", { params, body });
    const revision = before + 1;
    expect(got.body).toMatchObject({ revision, changed: true, changedDocuments: 2, dryRun: false });
    expect(got.body.flags).toEqual([
      { key: "checkout", outcome: "killed", variation: "off", fellBack: false },
      { key: "elsewhere", outcome: "not-in-environment", variation: null, fellBack: false },
      { key: "refunds", outcome: "killed", variation: "off", fellBack: false },
    ]);
    expect(got.body.links.propagation).toBe(
      `/api/v1/projects/${params.project}/environments/dev/revisions/${revision}/propagation`,
    );
    expect(got.headers.get("etag")).toBe(`"${revision}"`);
    expect(got.headers.get("x-switchyard-revision")).toBe(String(revision));
    expect(await killed(params, "checkout")).toEqual({ variation: "off", reason: WHY });
    expect(await killed(params, "nav")).toBeNull();
    const log = await done("log.list", { params, query: { flag: "refunds", limit: "1" } });
    expect(log.body.items).toMatchObject([
      { revision, action: "environment.kill", reason: WHY, actor: { id: "bootstrap" } },
    ]);
  });

  it("takes a tag of any value, and flags named beside it", async () => {
    const params = await aShop();
    const body = { tag: { name: "legacy" }, flags: ["checkout"], variation: null, reason: WHY };
    const got = await done("environments.kill", { params, body });
    expect(got.body.flags.map(({ key }: { key: string }) => key)).toEqual([
      "checkout",
      "nav",
      "refunds",
    ]);
    expect(await killed(params, "nav")).toEqual({ variation: null, reason: WHY });
    const back = await done("environments.unkill", { params, body: { tag: { name: "legacy" } } });
    expect(back.body.flags).toMatchObject([{ outcome: "unkilled" }, { outcome: "unkilled" }]);
    expect(await killed(params, "checkout")).not.toBeNull();
  });

  it("finds tags by their exact name and value, whatever characters they have", async () => {
    const params = await newPlace("dev");
    const { project } = params;
    const odd = `a"b'$.c[0]%_`;
    const body = { key: "odd", tags: { [odd]: odd } };
    await done("catalogue.create", { params: { project }, body });
    const kill = (tag: object) =>
      call("environments.kill", { params, body: { tag, reason: WHY, dryRun: true } });
    expect((await kill({ name: odd, value: odd })).body.changedDocuments).toBe(1);
    for (const tag of [{ name: odd, value: "A" }, { name: `${odd} ` }, { name: "%" }]) {
      expect(await kill(tag)).toMatchObject({ status: 404, body: { code: "tag.unmatched" } });
    }
  });

  it("shows beforehand what it would do, and does not do it", async () => {
    const params = await aShop();
    const before = (await done("rulesets.get", { params })).body.revision;
    const body = { tag: { name: "team" }, reason: WHY, dryRun: true };
    const got = await done("environments.kill", { params, body });
    expect(got.body).toMatchObject({ dryRun: true, changed: false, changedDocuments: 3 });
    expect((await done("rulesets.get", { params })).body.revision).toBe(before);
    const real = await done("environments.kill", { params, body: { ...body, dryRun: false } });
    expect(real.body.flags).toEqual(got.body.flags);
  });

  it("kills nothing when a key is mistyped, and names it", async () => {
    const params = await aShop();
    const body = { flags: ["checkout", "chekout"], reason: WHY };
    const got = await call("environments.kill", { params, body });
    expect(got).toMatchObject({
      status: 404,
      body: { code: "flags.unknown", unknown: ["chekout"] },
    });
    expect(got.body.detail).toContain('"chekout"');
    expect(await killed(params, "checkout")).toBeNull();
    const many = Array.from({ length: 30 }, (_, at) => `f${at}`);
    const long = await call("environments.unkill", { params, body: { flags: many } });
    expect(long.body.detail).toContain("and 20 more");
    expect(long.body.unknown).toHaveLength(30);
  });

  it("kills nothing when no flag has the variation, and names those there are", async () => {
    const params = await aShop();
    const body = { flags: ["checkout"], variation: "of", reason: WHY };
    expect(await call("environments.kill", { params, body })).toMatchObject({
      status: 422,
      body: { code: "variation.unknown", known: ["off", "on"] },
    });
  });

  it("wants flags or a tag, and a reason in the body or the header", async () => {
    const params = await aShop();
    const nothing = await call("environments.kill", { params, body: { reason: WHY } });
    expect(nothing).toMatchObject({ status: 400, body: { code: "request.invalid" } });
    expect(nothing.body.detail).toContain("name the flags");
    const silent = { params, body: { flags: ["nav"] } };
    expect((await call("environments.kill", silent)).body.code).toBe("reason.required");
    await done("environments.kill", { ...silent, headers: { "x-switchyard-reason": "fire" } });
    expect(await killed(params, "nav")).toMatchObject({ reason: "fire" });
  });

  it("is done once under an Idempotency-Key, and a repetition gets the same answer", async () => {
    const params = await aShop();
    const body = { tag: { name: "team", value: "payments" }, reason: WHY };
    const sent = { params, body, headers: { "idempotency-key": crypto.randomUUID() } };
    const first = await done("environments.kill", sent);
    // As when the first answer never left: the authority itself is asked again.
    await env.DB.prepare(
      "UPDATE idempotency_keys SET status = NULL, body = NULL, lease_until_ms = 0",
    ).run();
    const second = await done("environments.kill", sent);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(second.body).toEqual({ ...first.body, changed: false });
    const third = await done("environments.kill", sent);
    expect(third.body).toEqual(second.body);
  });
});

describe("the kill of one flag over the API", () => {
  it("names its revision and where to see it arrive, and so does taking it back", async () => {
    const at = await aShop();
    const params = { ...at, flag: "checkout" };
    const kill = await done("flags.kill", { params, body: { variation: "off", reason: WHY } });
    const unkill = await done("flags.unkill", { params });
    expect(unkill.body.revision).toBe(kill.body.revision + 1);
    for (const { body, headers } of [kill, unkill]) {
      expect(headers.get("x-switchyard-revision")).toBe(String(body.revision));
      expect(body.links.propagation).toBe(
        `/api/v1/projects/${at.project}/environments/dev/revisions/${body.revision}/propagation`,
      );
    }
  });
});
