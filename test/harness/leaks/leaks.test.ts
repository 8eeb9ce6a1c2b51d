import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AllInOne, bundleAllInOne, startAllInOne } from "../crash/all-in-one.ts";
import { managementOf } from "../crash/management.ts";
import { Canaries } from "./canaries.ts";
import { ClientRequests, type Kind } from "./client-requests.ts";
import { Contexts } from "./contexts.ts";
import { RawClient, type RawAnswer, type RawStream } from "./raw-client.ts";
import { askingOf, PLACE, PROJECT, type SecretWorld, seedSecrets } from "./secret-world.ts";

/** LEAK_CONTEXTS=100000 asks for more, LEAK_SEED for others. */
const CONTEXTS = Number(process.env["LEAK_CONTEXTS"] ?? 10_000);
const SEED = Number(process.env["LEAK_SEED"] ?? 20_261_121);
const AT_ONCE = 8;
/** Of the contexts, so many are sent over sockets, some to each. */
const SOCKETS = 40;
const EACH = Math.ceil(CONTEXTS / 10 / SOCKETS);
const LEAST_CANARIES = 200;

let folder: string;
let runtime: AllInOne;
let client: RawClient;
let world: SecretWorld;
const canaries = new Canaries(SEED);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "switchyard-leaks-"));
  runtime = await startAllInOne(await bundleAllInOne(folder), join(folder, "state"), true);
  client = new RawClient(runtime.url);
  world = await seedSecrets(askingOf(managementOf(runtime.url)), canaries);
});
afterAll(async () => {
  client.close();
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

const said = (line: string) => process.stdout.write(`leaks: ${line}\n`);
const at = (place: string): string => canaries.at(place);
const count = <K>(into: Map<K, number>, key: K) => into.set(key, (into.get(key) ?? 0) + 1);
const evaluate = (path: string, context: object, headers = {}): Promise<RawAnswer> =>
  client.ask({
    method: "POST",
    path: `/ofrep/v1/evaluate/flags${path}`,
    headers: { authorization: `Bearer ${world.clientKey}`, ...headers },
    body: JSON.stringify({ context }),
  });
const socket = (key: string): Promise<RawStream> =>
  client.openSocket("/sdk/v1/stream", { authorization: `Bearer ${key}` });
const frame = (context: object) => JSON.stringify({ type: "context", context });

describe("what a client key must not see", () => {
  it(`is in more than ${LEAST_CANARIES} places, and a server key's stream shows it`, async () => {
    expect(canaries.texts.length).toBeGreaterThan(LEAST_CANARIES);
    const headers = { authorization: `Bearer ${world.serverKey}` };
    const rules = await client.ask({ method: "GET", path: "/sdk/v1/ruleset", headers });
    const seen = canaries.foundIn(rules.text);
    said(`${canaries.texts.length} canaries, ${seen.length} of them in the rules`);
    // Names, owners and what is elsewhere are in no ruleset.
    expect(seen.length).toBeGreaterThan(150);
  });

  it(
    `is in no answer to ${CONTEXTS} contexts: not in status lines, headers or bodies`,
    { timeout: 60_000 + CONTEXTS * 20 },
    async () => {
      const requests = new ClientRequests(new Contexts(SEED, canaries), world);
      const counts = new Map<Kind, number>();
      const statuses = new Map<number, number>();
      const reasons = new Set<string>();
      const leaks = new Set<string>();
      let left = CONTEXTS - SOCKETS * EACH;
      const began = performance.now();
      const asking = async () => {
        while (left > 0) {
          left -= 1;
          const request = requests.next();
          const answer = await client.ask(request);
          count(counts, request.kind);
          count(statuses, answer.status);
          for (const [, reason] of answer.body.matchAll(/"(?:reason|errorCode)":"(\w+)"/g)) {
            reasons.add(reason!);
          }
          const { method, path } = request;
          for (const leak of canaries.foundIn(answer.text, request.mayRepeat)) {
            leaks.add(`${method} ${path} → ${answer.status}: ${leak}`);
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, asking));
      const tookMs = performance.now() - began;
      said(
        `seed ${SEED}, ${list(counts)} in ${(tookMs / 1_000).toFixed(1)} s; ` +
          `statuses ${list(statuses)}; ${[...reasons].toSorted().join(" ")}`,
      );
      expect([...leaks]).toEqual([]);
      // The rules were asked, in all the ways in which they answer.
      expect([...reasons]).toEqual(
        expect.arrayContaining([
          "STATIC",
          "TARGETING_MATCH",
          "SPLIT",
          "DEFAULT",
          "DISABLED",
          "TARGETING_KEY_MISSING",
          "FLAG_NOT_FOUND",
          "PARSE_ERROR",
          "INVALID_CONTEXT",
        ]),
      );
      const ofAll: readonly Kind[] = ["bulk", "single", "events", "refused", "management", "other"];
      for (const kind of ofAll) expect(counts.get(kind) ?? 0, kind).toBeGreaterThan(20);
      expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    },
  );

  it(
    `is in no frame of ${SOCKETS} sockets with ${EACH} contexts each while everything changes`,
    { timeout: 60_000 + EACH * 2_000 },
    async () => {
      const contexts = new Contexts(SEED + 1, canaries);
      const bulk = await evaluate("", {}, { origin: "https://shop.example" });
      const stream = new URL(JSON.parse(bulk.body).eventStreams[0].url);
      const path = `${stream.pathname}${stream.search}`;
      const events = await client.openEvents(path, { accept: "text/event-stream" });
      expect(events.status).toBe(200);
      const sockets = await Promise.all(
        Array.from({ length: SOCKETS }, () => socket(world.clientKey)),
      );
      let values = 0;
      const talking = sockets.map(async (stream) => {
        expect(stream.status).toBe(101);
        for (let sent = 0; sent < EACH; sent += 1) {
          const before = stream.length;
          stream.send(frame(contexts.context()));
          await grown(stream, before);
        }
        values += stream.text.split('"type":"values"').length - 1;
      });
      await Promise.all([...talking, changeEverything()]);
      await expect.poll(() => events.text).toContain("refetchEvaluation");
      said(`${SOCKETS} sockets, ${values} frames with values, ${events.length} bytes of events`);
      const leaks = [events, ...sockets].flatMap(({ text }) => canaries.foundIn(text));
      for (const each of [events, ...sockets]) each.close();
      expect([...new Set(leaks)]).toEqual([]);
      expect(values).toBeGreaterThanOrEqual(SOCKETS * EACH);
    },
  );

  it("is in no word of a stream that is refused", async () => {
    const texts: string[] = [];
    for (const key of [world.boundKey, `${world.clientKey}x`, "sy_client_none", ""]) {
      const refused = await socket(key);
      if (refused.status === 101) await grown(refused, 0);
      texts.push(refused.text);
      refused.close();
    }
    const wrong = await socket(world.clientKey);
    wrong.send(JSON.stringify({ type: "rules", flags: world.hidden.length }));
    await grown(wrong, 0);
    texts.push(wrong.text);
    wrong.close();
    expect(texts.flatMap((text) => canaries.foundIn(text))).toEqual([]);
    expect(texts.join()).toContain("error");
  });
});

describe("the search itself", () => {
  it("finds a canary in a body, in a header, in a frame and in disguise", async () => {
    const planted = at("planted");
    const variations = [
      { key: "a", value: { deep: [{ text: planted }] } },
      { key: "b", value: { deep: [] } },
      { key: "c", value: { deep: [] } },
    ];
    const flag = await world.send("GET", `${PLACE}/flags/visible-3`);
    const others = flag.flag.variations.slice(3);
    await world.send("PATCH", `${PLACE}/flags/visible-3`, {
      variations: [...variations, ...others],
      default: { variation: "a" },
    });
    await expect
      .poll(async () => canaries.foundIn((await evaluate("/visible-3", {})).text))
      .toEqual(["planted"]);
    expect(canaries.foundIn((await evaluate("", {})).text)).toEqual(["planted"]);
    const repeated = await evaluate("/visible-4", {}, { "x-request-id": planted });
    expect(canaries.foundIn(repeated.text)).toEqual(["planted"]);
    const stream = await socket(world.clientKey);
    stream.send(frame({ targetingKey: "ada" }));
    await expect.poll(() => canaries.foundIn(stream.text)).toEqual(["planted"]);
    stream.close();
    const disguised = [
      Buffer.from(`x${planted}`).toString("base64url"),
      Buffer.from(`xx${planted}`).toString("base64"),
      Buffer.from(planted).toString("hex").toUpperCase(),
      planted.slice(4),
      planted.slice(0, 14).toUpperCase(),
      planted.split("").toReversed().join(""),
    ];
    for (const text of disguised) expect(canaries.foundIn(text), text).not.toEqual([]);
  });

  it("takes what the caller said for no leak, and anything beside it for one", () => {
    const [said = "", other = ""] = canaries.texts;
    expect(canaries.foundIn(`no flag "${said}"`, said)).toEqual([]);
    expect(canaries.foundIn(`no flag "${said}", but ${other}`, said)).toHaveLength(1);
  });
});

/** Kills, edits, new segments, keys and overrides, all with canaries, while streams are open. */
async function changeEverything(): Promise<void> {
  const { send, visible, hidden } = world;
  const segment = hidden.at(-1)!;
  for (let round = 0; round < 5; round += 1) {
    const flag = `${PLACE}/flags/${visible[round + 1]}`;
    await send("POST", `${flag}/kill`, { variation: "b", reason: at("a kill's reason") });
    await send("POST", `${flag}/unkill`, { reason: at("why a kill was taken back") });
    await send("POST", `${flag}/overrides`, {
      id: at("a new override's id"),
      if: { attribute: at("a new override's attribute"), operator: "exists" },
      variation: "b",
      reason: at("a new override's reason"),
    });
    await send("PATCH", flag, { description: at("a new description") });
    await send("PATCH", `${PLACE}/segments/${segment}`, { included: [at("a new member")] });
    await send("PATCH", `${PLACE}/flags/${hidden[0]}`, { description: at("a hidden text") });
    await send("POST", `${PLACE}/keys`, { kind: "server", name: at("a new key's name") });
    const variations = [{ key: at("a new flag's variation"), value: at("a new flag's value") }];
    const base = { enabled: true, variations };
    const key = at("a new hidden flag's key");
    await send("POST", `${PROJECT}/flags`, { key, type: "string", createIn: ["prod"], base });
  }
}

/** When more has come than before. */
const grown = (stream: RawStream, before: number): Promise<unknown> =>
  expect.poll(() => stream.length, { interval: 5 }).toBeGreaterThan(before);

const list = (counts: ReadonlyMap<unknown, number>): string =>
  [...counts].map(([what, count]) => `${count} ${String(what)}`).join(", ");
