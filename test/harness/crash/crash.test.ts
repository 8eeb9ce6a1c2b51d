import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { expect, it } from "vitest";
import { Agreement } from "./agreement.ts";
import { bundleAllInOne, startAllInOne } from "./all-in-one.ts";
import { managementOf, type Management } from "./management.ts";
import { randomOf } from "./random.ts";
import { PLACE, Writers } from "./writers.ts";

// 25 kills take about a minute; CRASH_KILLS=500 asks for more, CRASH_SEED for the same again.
const KILLS = Number(process.env["CRASH_KILLS"] ?? 25);
const SEED = Number(process.env["CRASH_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const EARLIEST_MS = 30;
const LATEST_MS = 430;
/** Waiting for the copy in KV takes a second, so it is not done after each kill. */
const DELIVERY_EVERY = 5;
const REVOCATION_EVERY = 20;

it(
  `${KILLS} kills under concurrent writers lose nothing that was acknowledged, and tear nothing`,
  { timeout: 60_000 + KILLS * 10_000 },
  async () => {
    const random = randomOf(SEED);
    const folder = mkdtempSync(join(tmpdir(), "switchyard-crash-"));
    const state = join(folder, "state");
    const bundle = await bundleAllInOne(folder);
    const totals = { requests: 0, acknowledged: 0, answeredKeys: 0, restartMs: [] as number[] };
    const log: ConstructorParameters<typeof Agreement>[1] = [];
    let runtime = await startAllInOne(bundle, state, true);
    try {
      let send = managementOf(runtime.url);
      const environmentId = await prepare(send);
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const writers = new Writers(send, `k${kill}`, random);
        const running = writers.run();
        // The moment is drawn from the time when changes are being accepted, not from warming up.
        await writers.begun;
        await after(EARLIEST_MS + random() * (LATEST_MS - EARLIEST_MS));
        await runtime.crash();
        writers.stop();
        const written = await running;

        const began = performance.now();
        runtime = await startAllInOne(bundle, state, false);
        totals.restartMs.push(performance.now() - began);
        send = managementOf(runtime.url);
        const agreement = new Agreement(send, log);
        expect(written.surprises).toEqual([]);
        await agreement.check(written);
        await agreement.finish(written);
        const secret = written.acknowledged.findLast((each) => each.secret !== null)?.secret;
        if (typeof secret === "string") {
          expect(await evaluates(runtime.url, secret)).toBe(200);
          totals.answeredKeys += 1;
        }
        if (kill % REVOCATION_EVERY === 0) await agreement.revokeKeys();
        if (kill % DELIVERY_EVERY === 0 || kill === KILLS) {
          await expect.poll(async () => (await send("GET", PLACE))?.body.status.outbox).toEqual([]);
          const place = await send("GET", PLACE);
          expect(await runtime.published(environmentId)).toBe(place?.body.status.revision);
        }
        totals.requests += written.requests;
        totals.acknowledged += written.acknowledged.length + written.entries.length;
      }
    } catch (error) {
      throw new Error(`CRASH_SEED=${SEED}`, { cause: error });
    } finally {
      await runtime.crash();
      rmSync(folder, { recursive: true, force: true });
    }
    expect(totals.acknowledged).toBeGreaterThan(KILLS);
    process.stdout.write(`${report(totals, log.length)}\n`);
  },
);

async function prepare(send: Management): Promise<string> {
  const made = [
    await send("POST", "/api/v1/projects", { key: "crash" }),
    await send("POST", "/api/v1/projects/crash/environments", { key: "prod" }),
    await send("POST", "/api/v1/projects/crash/flags", { key: "shared", type: "boolean" }),
  ];
  expect(made.map((answer) => answer?.status)).toEqual([201, 201, 201]);
  return made[1]?.body.id;
}

async function evaluates(url: string, secret: string): Promise<number> {
  const response = await fetch(`${url}/ofrep/v1/evaluate/flags/shared`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ context: { targetingKey: "ada" } }),
  });
  await response.arrayBuffer();
  return response.status;
}

function report(
  totals: {
    readonly requests: number;
    readonly acknowledged: number;
    readonly answeredKeys: number;
    readonly restartMs: readonly number[];
  },
  revisions: number,
): string {
  const sorted = totals.restartMs.toSorted((a, b) => a - b);
  const median = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  return (
    `crash: seed ${SEED}, ${KILLS} kills, ${totals.requests} changes asked for, ` +
    `${totals.acknowledged} acknowledged, 0 lost, ${revisions} revisions without gap, ` +
    `${totals.answeredKeys} keys issued just before a kill evaluate, restart median ${median} ms`
  );
}
