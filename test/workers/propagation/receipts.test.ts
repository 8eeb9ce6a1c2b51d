import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, done, newFlag, newPlace, type Place } from "../control/api.ts";
import { FLAGS, Isolate } from "../edge/an-edge.ts";
import { RemoteRelay, unreachable } from "./relays.ts";

/** A place with a flag, and a server key for it. */
async function aScene() {
  const { flag, ...params } = await newFlag();
  const issued = await done("keys.issue", { params, body: { kind: "server", name: "k" } });
  const { environmentId } = (await done("rulesets.get", { params })).body;
  return { params, flag, key: String(issued.body.secret), environmentId: String(environmentId) };
}

async function evaluate(key: string, flag: string): Promise<number> {
  const request = new Request(`https://flags.example${FLAGS}/${flag}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
  });
  return (await exports.default.fetch(request)).status;
}

const kill = (params: Place, flag: string) =>
  done("flags.kill", { params: { ...params, flag }, body: { reason: "it hurts" } });

async function newestOf(params: Place): Promise<number> {
  return Number((await done("rulesets.get", { params })).body.revision);
}

const receiptsOf = async (params: Place, revision: number) =>
  (await done("propagation.get", { params: { ...params, revision: String(revision) } })).body;

/** The relays, of which one cannot be reached. */
const allBut = (cut: string) => ({
  getByName: (name: string) =>
    name === cut ? unreachable("error").getByName() : env.RELAYS.getByName(name),
});

/** Whether it is not known yet how the first try ended. */
const isOpen = (relay: any) => relay.state === "pending" && relay.attempts === 0;

describe("the receipts of a revision", () => {
  it("name the relay that an evaluation made, when it acknowledged, and nothing before it did", async () => {
    const { params, flag, key } = await aScene();
    const before = await newestOf(params);
    expect(await receiptsOf(params, before)).toMatchObject({ state: "accepted", relays: [] });
    expect(await evaluate(key, flag)).toBe(200);
    expect(await receiptsOf(params, before)).toMatchObject({
      state: "relayed",
      relays: [{ region: "local", shard: 0, state: "relayed", holds: before, attempts: 0 }],
    });
    await kill(params, flag);
    const revision = await newestOf(params);
    let receipts = await receiptsOf(params, revision);
    while (receipts.state !== "relayed") receipts = await receiptsOf(params, revision);
    const [relay] = receipts.relays;
    expect(relay.holds).toBe(revision);
    expect(relay.acknowledgedAtMs).toBe(receipts.relayedAtMs);
    expect(relay.acknowledgedAtMs).toBeGreaterThanOrEqual(receipts.acceptedAtMs);
  });

  it("keep a region pending that cannot be reached, with the reason, while others have it", async () => {
    const { params, flag, key, environmentId } = await aScene();
    await evaluate(key, flag);
    const cut = new RemoteRelay(environmentId, "oc");
    await cut.changesSince(null);
    await runInDurableObject(env.ENVIRONMENTS.getByName(environmentId), (instance) => {
      Object.assign(instance, { env: { ...env, RELAYS: allBut(cut.name) } });
    });
    await kill(params, flag);
    const revision = await newestOf(params);
    let receipts = await receiptsOf(params, revision);
    while (receipts.relays.some(isOpen)) receipts = await receiptsOf(params, revision);
    expect(receipts).toMatchObject({
      state: "accepted",
      relayedAtMs: null,
      relays: [
        { region: "local", state: "relayed" },
        {
          region: "oc",
          state: "pending",
          holds: revision - 1,
          acknowledgedAtMs: null,
          lastError: expect.stringContaining("connection lost"),
        },
      ],
    });
    expect(receipts.relays[1].attempts).toBeGreaterThan(0);
  });

  it("are of the relay where an isolate's first reader was, whoever comes to it later", async () => {
    const { params, flag, key } = await aScene();
    for (const continents of [
      ["SA", "AF"],
      [undefined, "AF", "EU"],
    ]) {
      const isolate = new Isolate();
      for (const continent of continents) {
        const cf = continent === undefined ? {} : { cf: { continent } };
        const called = await isolate.later(60_000).call(`${FLAGS}/${flag}`, { key, ...cf });
        expect(called.status).toBe(200);
      }
    }
    const { relays } = await receiptsOf(params, await newestOf(params));
    expect(relays.map(({ region }: any) => region)).toEqual(["afr", "local", "sam"]);
  });

  it.each(["99", "0"])("are refused for revision %s, which there is not", async (revision) => {
    const params = await newPlace("dev");
    const got = await call("propagation.get", { params: { ...params, revision } });
    expect(got).toMatchObject({ status: 404, body: { code: "revision.unknown" } });
  });

  it("are refused for what is no revision", async () => {
    const params = await newPlace("dev");
    const got = await call("propagation.get", { params: { ...params, revision: "newest" } });
    expect(got).toMatchObject({ status: 400, body: { code: "request.invalid" } });
  });
});
