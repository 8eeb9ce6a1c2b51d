import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { expect, it } from "vitest";
import { bundleAllInOne, startAllInOne } from "../crash/all-in-one.ts";
import { managementOf } from "../crash/management.ts";
import { anEventPlace, PLACE } from "./event-place.ts";

// EVENT_RATE_SECONDS=20 gives a figure worth telling; senders share the machine with the product.
const SECONDS = Number(process.env["EVENT_RATE_SECONDS"] ?? 2);
const SENDERS = 8;
const BATCH_EVENTS = 1_000;
const COUNTED_WITHIN_MS = 60_000;

it(
  "everything that was accepted at full speed is counted within a minute",
  { timeout: 120_000 + SECONDS * 1_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "switchyard-rate-"));
    const bundle = await bundleAllInOne(folder);
    const runtime = await startAllInOne(bundle, join(folder, "state"), true);
    try {
      const send = managementOf(runtime.url);
      const { key, environmentId } = await anEventPlace(send);
      let accepted = 0;
      const refused: string[] = [];
      const began = performance.now();
      const sender = async () => {
        while (performance.now() - began < SECONDS * 1_000) {
          const headers = { authorization: `Bearer ${key}` };
          const answer = await send("POST", "/sdk/v1/events", { events: newEvents() }, headers);
          if (answer?.status === 202) accepted += answer.body.accepted;
          // Those who are asked to wait, do.
          else if (answer?.status === 429) await after(1_000);
          else refused.push(`${answer?.status} ${JSON.stringify(answer?.body)}`);
        }
      };
      await Promise.all(Array.from({ length: SENDERS }, sender));
      const tookMs = performance.now() - began;
      expect(refused).toEqual([]);

      const sentAt = performance.now();
      await expect
        .poll(() => runtime.events(environmentId), { timeout: COUNTED_WITHIN_MS, interval: 100 })
        .toEqual({ waiting: 0, raw: accepted });
      const countedMs = performance.now() - sentAt;
      const usage = await send("GET", `${PLACE}/flags/shared/usage`);
      expect(usage?.body.totals.exposures).toBe(accepted / 2);
      const rate = Math.round((accepted / tookMs) * 1_000);
      process.stdout.write(
        `events: ${accepted} accepted in ${(tookMs / 1_000).toFixed(1)} s, ${rate} a second; ` +
          `all counted ${(countedMs / 1_000).toFixed(1)} s after the last\n`,
      );
    } finally {
      await runtime.crash();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

/** Half exposures, half metric events, as large as real ones. */
function newEvents(): readonly object[] {
  const timestamp = Date.now();
  return Array.from({ length: BATCH_EVENTS }, (_, index) => ({
    id: randomUUID(),
    timestamp,
    targetingKey: `user-${index}`,
    attributes: { plan: "premium", country: "DE" },
    ...(index % 2 === 0
      ? { kind: "exposure", flag: "shared", variation: "on", reason: "SPLIT", experiment: "nav" }
      : { kind: "metric", metric: "revenue", value: index }),
  }));
}
