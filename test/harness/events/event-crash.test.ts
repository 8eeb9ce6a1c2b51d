import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { expect, it } from "vitest";
import { bundleAllInOne, startAllInOne } from "../crash/all-in-one.ts";
import { managementOf } from "../crash/management.ts";
import { randomOf } from "../crash/random.ts";
import { anEventPlace, PLACE } from "./event-place.ts";
import { type Batch, Senders } from "./senders.ts";

// EVENT_KILLS=200 asks for more than 100,000 acknowledged events; EVENT_SEED for the same moments.
const KILLS = Number(process.env["EVENT_KILLS"] ?? 25);
const BATCH_EVENTS = 20;
const SEED = Number(process.env["EVENT_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const EARLIEST_MS = 5;
/** A batch waits a second for others, so kills meet taking, waiting, delivering and counting. */
const LATEST_MS = 2_000;

it(
  `${KILLS} kills while events are sent and counted lose none that was acknowledged, and count none twice`,
  { timeout: 240_000 + KILLS * 10_000 },
  async () => {
    const random = randomOf(SEED);
    const folder = mkdtempSync(join(tmpdir(), "switchyard-events-"));
    const state = join(folder, "state");
    const bundle = await bundleAllInOne(folder);
    const sent = new Map<string, number>();
    let acknowledgedBeforeKills = 0;
    let unanswered: Batch[] = [];
    let repeated = 0;
    let runtime = await startAllInOne(bundle, state, true);
    try {
      const { key, environmentId } = await anEventPlace(managementOf(runtime.url));
      for (let kill = 1; kill <= KILLS + 1; kill += 1) {
        const senders = new Senders(managementOf(runtime.url), key, random);
        // After the last kill all that got no answer is sent, and nothing new.
        const next = () => (kill <= KILLS ? newBatch(sent) : null);
        const running = senders.run(unanswered, next);
        if (kill <= KILLS) {
          await senders.begun;
          await after(EARLIEST_MS + random() * (LATEST_MS - EARLIEST_MS));
          await runtime.crash();
          senders.stop();
        }
        await running;
        expect(senders.surprises).toEqual([]);
        const count = senders.acknowledged.reduce((sum, { events }) => sum + events.length, 0);
        if (kill <= KILLS) {
          acknowledgedBeforeKills += count;
          runtime = await startAllInOne(bundle, state, false);
        }
        unanswered = [...unanswered, ...senders.unanswered];
        repeated += senders.unanswered.length;
      }
      expect(unanswered).toEqual([]);

      const total = [...sent.values()].reduce((sum, count) => sum + count, 0);
      await expect
        .poll(() => runtime.events(environmentId), { timeout: 120_000, interval: 1_000 })
        .toEqual({ waiting: 0, raw: total });
      const { body } = (await managementOf(runtime.url)("GET", `${PLACE}/flags/shared/usage`))!;
      const counted = Object.fromEntries(
        body.totals.variations.map((row: any) => [row.variation, row.evaluations + row.exposures]),
      );
      expect(counted).toEqual(Object.fromEntries(sent));
      const letters = await managementOf(runtime.url)("GET", "/api/v1/dead-letters");
      expect(letters?.body.items).toEqual([]);
      process.stdout.write(
        `events: seed ${SEED}, ${KILLS} kills, ${total} events, ${repeated} batches repeated, ${acknowledgedBeforeKills} events ` +
          "acknowledged before a kill and not sent again; 0 lost, 0 counted twice, queue empty\n",
      );
      expect(acknowledgedBeforeKills).toBeGreaterThan(0);
    } catch (error) {
      throw new Error(`EVENT_SEED=${SEED}`, { cause: error });
    } finally {
      await runtime.crash();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

/** Each batch is counted under a name of its own, so that one lost cannot hide one that is double. */
function newBatch(sent: Map<string, number>): Batch {
  const variation = `batch-${sent.size}`;
  const at = { timestamp: Date.now(), flag: "shared", variation, reason: "SPLIT" };
  const events = Array.from({ length: BATCH_EVENTS }, (_, index) =>
    index % 2 === 0
      ? { kind: "usage", id: randomUUID(), ...at, count: 1 }
      : { kind: "exposure", id: randomUUID(), ...at, targetingKey: `user-${index}` },
  );
  sent.set(variation, BATCH_EVENTS);
  return { variation, events };
}
