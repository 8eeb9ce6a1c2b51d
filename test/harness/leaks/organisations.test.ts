import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import { deploy, type Deployment, TOPOLOGIES } from "../topology/deployment.ts";
import { anOrganisation, as, type Organisation, textOf } from "./an-organisation.ts";
import { Contexts } from "./contexts.ts";
import { PLACE, PROJECT } from "./secret-world.ts";

const SEED = 20_261_124;
const CONTEXTS = 250;
const FLAGS = "/ofrep/v1/evaluate/flags";
const rows = Object.values<EndpointDefinition>(endpoints);
const reads = rows.filter(({ method, path }) => method === "GET" && !path.endsWith("/stream"));

describe.each(TOPOLOGIES)("two organisations, $name", (topology) => {
  let deployment: Deployment;
  let both: readonly (readonly [own: Organisation, other: Organisation])[];

  beforeAll(async () => {
    deployment = await deploy(topology);
    const first = await anOrganisation("acme", SEED, deployment);
    const second = await anOrganisation("rival", SEED + 1, deployment);
    both = [
      [first, second],
      [second, first],
    ];
  }, 120_000);
  afterAll(() => deployment.close());

  /** What the other's is in an answer, and how much of one's own. */
  async function seenIn(
    at: "edge" | "control",
    path: string,
    init: ReturnType<typeof as>,
    [own, other]: readonly [Organisation, Organisation],
  ) {
    const answer = await textOf(await deployment.ask(at, path, init));
    const sent = `${decodeURIComponent(path)} ${init.body ?? ""}`;
    return {
      own: own.canaries.foundIn(answer, sent),
      foreign: other.canaries.foundIn(answer, sent).map((leak) => `${path}: ${leak}`),
    };
  }

  it(
    "show nothing of each other to SDK keys, whatever is asked",
    { timeout: 120_000 },
    async () => {
      for (const pair of both) {
        const [{ world }, other] = pair;
        const contexts = new Contexts(SEED, other.canaries);
        const leaks: string[] = [];
        let own = 0;
        const look = async (path: string, init: ReturnType<typeof as>) => {
          const seen = await seenIn("edge", path, init, pair);
          own += seen.own.length;
          leaks.push(...seen.foreign);
        };
        const keys = [world.clientKey, world.boundKey, world.serverKey];
        for (let count = 0; count < CONTEXTS; count += 1) {
          const key = contexts.oneOf(keys);
          const flag = contexts.oneOf([...other.world.hidden, ...world.visible, ""]);
          const path = flag === "" ? FLAGS : `${FLAGS}/${flag}`;
          await look(path, as(key, "POST", { context: contexts.context() }));
        }
        for (const key of [...keys, other.token, "none"]) {
          await look("/sdk/v1/ruleset", as(key));
          await look("/sdk/v1/ruleset?since=0", as(key));
        }
        expect(leaks).toEqual([]);
        // The server key's rules are full of one's own.
        expect(own).toBeGreaterThan(150);
      }
    },
  );

  it(
    "show nothing of each other to management tokens, in no row",
    { timeout: 120_000 },
    async () => {
      for (const pair of both) {
        const [{ token, world }, other] = pair;
        const leaks: string[] = [];
        const own = new Set<string>();
        const naming = [other.world.hidden[0]!, world.visible[1]!, world.hidden[0]!];
        for (const path of new Set(naming.flatMap(pathsNaming))) {
          const seen = await seenIn("control", path, as(token), pair);
          leaks.push(...seen.foreign);
          for (const place of seen.own) own.add(place);
        }
        const log = `/api/v1/audit/export?project=secrets&environment=prod&format=ndjson`;
        leaks.push(...(await seenIn("control", log, as(token), pair)).foreign);
        for (const key of [world.serverKey, world.clientKey]) {
          leaks.push(...(await seenIn("control", "/api/v1/projects", as(key), pair)).foreign);
        }
        expect(leaks).toEqual([]);
        // Names, members, rules and settings of one's own are all there.
        expect(own.size).toBeGreaterThan(60);
      }
    },
  );

  it("tell each other's streams nothing while both change", { timeout: 60_000 }, async () => {
    const streams: { readonly of: Organisation; readonly other: Organisation; text: string }[] = [];
    const ends: (() => void)[] = [];
    const listen = async (of: Organisation, other: Organisation, path: string, at: At) => {
      const stream = { of, other, text: "" };
      const gone = new AbortController();
      const init = { ...as(of.token), signal: gone.signal };
      const answer = await deployment.ask(at, path, init);
      expect(answer.status, path).toBe(200);
      streams.push(stream);
      ends.push(() => gone.abort());
      void readInto(stream, answer);
    };
    const open = async (of: Organisation, other: Organisation, key: string) => {
      const stream = { of, other, text: "" };
      const headers = { authorization: `Bearer ${key}` };
      const socket = await deployment.socket("/sdk/v1/stream", headers);
      socket.addEventListener("message", ({ data }) => {
        stream.text += typeof data === "string" ? data : Buffer.from(data).toString("latin1");
      });
      socket.accept();
      if (key === of.world.clientKey) {
        const context = { targetingKey: other.canaries.texts[0] };
        socket.send(JSON.stringify({ type: "context", context }));
      }
      streams.push(stream);
      ends.push(() => socket.close(1000));
    };
    for (const [own, other] of both) {
      await open(own, other, own.world.serverKey);
      await open(own, other, own.world.clientKey);
      await listen(own, other, own.streamPath, "edge");
      await listen(own, other, "/api/v1/audit/stream?cursor=0", "control");
      const place = "project=secrets&environment=prod";
      await listen(own, other, `/api/v1/audit/stream?cursor=0&${place}`, "control");
    }
    const before = streams.map(({ text }) => text.length);
    for (const [{ world, canaries }] of both) await change(world.send, canaries, world.hidden);
    await expect
      .poll(() => streams.every(({ text }, index) => text.length > before[index]!))
      .toBe(true);
    for (const end of ends) end();
    expect(streams.flatMap(({ other, text }) => other.canaries.foundIn(text))).toEqual([]);
    // Sockets of servers and both audit streams told of one's own.
    const telling = streams.filter(({ of, text }) => of.canaries.foundIn(text).length > 0);
    expect(telling.length).toBe(6);
  });

  it("do not take each other's keys, tokens or places", async () => {
    for (const [own, other] of both) {
      const foreign = other.canaries.at("planted");
      // The search itself would find it.
      expect(other.canaries.foundIn(`x ${foreign}`)).toEqual(["planted"]);
      const ids = await own.world.send("GET", `${PROJECT}/environments`);
      expect(JSON.stringify(ids)).not.toContain(other.world.environmentId);
      const [, id = "", proof = ""] = /t=(?:[^.]+)\.([^.]+)\.(.*)$/.exec(own.streamPath) ?? [];
      const mixed = `/ofrep/v1/stream?t=${other.world.environmentId}.${id}.${proof}`;
      expect((await deployment.ask("edge", mixed, as("none"))).status).toBe(401);
    }
  });
});

/** All that can be read by the management API, with this where a path has a name. */
function pathsNaming(name: string): readonly string[] {
  const known: Readonly<Record<string, string>> = { project: "secrets", environment: "prod" };
  return reads.flatMap(({ path: row }) => {
    const path = row.replaceAll(/:(\w+)/g, (_, parameter: string) => known[parameter] ?? name);
    return path.includes(name) ? [path] : [path, `${path}?limit=200`];
  });
}

type At = "edge" | "control";

async function readInto(stream: { text: string }, answer: Response): Promise<void> {
  try {
    for await (const chunk of answer.body!) stream.text += Buffer.from(chunk).toString("latin1");
  } catch {
    // It was ended from this side.
  }
}

/** One change of each thing, with new texts of the organisation. */
async function change(
  send: Organisation["world"]["send"],
  canaries: Organisation["canaries"],
  hidden: readonly string[],
): Promise<void> {
  const at = (place: string) => canaries.at(place);
  const flag = `${PLACE}/flags/visible-2`;
  await send("PATCH", flag, { description: at("a new description") });
  await send("POST", `${flag}/kill`, { variation: "b", reason: at("a kill's reason") });
  const [first = ""] = hidden;
  await send("PATCH", `${PLACE}/segments/${hidden.at(-1)}`, { included: [at("a new member")] });
  await send("PATCH", `${PLACE}/flags/${first}`, { description: at("a hidden text") });
  await send("POST", "/api/v1/units", { key: at("a unit's key"), name: at("a unit's name") });
}
