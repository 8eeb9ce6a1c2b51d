import { expect, it } from "vitest";
import { formatSdkKey, sdkKeyHash } from "../../../../src/core/keys/sdk-key.ts";
import { ChunkSender } from "../../../../workers/edge/chunk-sender.ts";
import { EdgeHealth } from "../../../../workers/edge/edge-health.ts";
import { EventCollector } from "../../../../workers/edge/event-collector.ts";
import { KeyRing } from "../../../../workers/edge/key-ring.ts";
import { answerRuleset } from "../../../../workers/edge/sdk-ruleset.ts";
import { ID, sealed, snapshotAt, World } from "./world.ts";

const KEY = formatSdkKey("server", ID, new Uint8Array(64).fill(7));
const entry = {
  id: "k1",
  kind: "server",
  hash: sdkKeyHash(KEY),
  expiresAtMs: null,
  origins: [],
} as const;
const copy = sealed({ ...snapshotAt(ID, 1), keys: [{ version: 1, document: entry }] });

/** The status of the answer, and how long it took. */
async function asked(world: World, query = "") {
  const { cache, clock } = world;
  const health = new EdgeHealth();
  const sender = new ChunkSender({ clock, health, log: () => {} });
  const collector = new EventCollector({ clock, sender, health, newId: () => "e" });
  const deps = { cache, clock, now: clock.now, keys: new KeyRing(), collector };
  const headers = { authorization: `Bearer ${KEY}` };
  const request = new Request(`https://edge.example/sdk/v1/ruleset${query}`, { headers });
  const beganMs = clock.now();
  const statuses: number[] = [];
  void answerRuleset(deps, request, world.io()).then((reply) => statuses.push(reply.status));
  while (statuses.length === 0 && clock.now() - beganMs < 10_000) await clock.advance(1);
  return { status: statuses[0], tookMs: clock.now() - beganMs };
}

it("a poll is answered in time when neither a relay nor the boot copy answers", async () => {
  const world = new World();
  world.authority = { says: { kind: "snapshot", ...copy } };
  world.kv = { says: { revision: 1, ...copy } };
  expect(await asked(world)).toMatchObject({ status: 200 });
  world.authority = "hang";
  expect(await asked(world)).toMatchObject({ status: 200 });
  world.kv = "hang";
  const answer = await asked(world);
  expect(answer.status).toBe(503);
  expect(answer.tookMs).toBeLessThan(3_500);
});
