import { expect, it } from "vitest";
import { createD1RollUpStore } from "../../../../src/adapters/d1/roll-up-store.ts";
import { consumeChunks, type ConsumeDeps } from "../../../../src/app/events/consume-chunks.ts";
import type { EventChunk } from "../../../../src/core/events/chunk.ts";
import type { IntakeEvent } from "../../../../src/core/events/event.ts";
import {
  chunkOf,
  exposure,
  HOUR_MS,
  keyUse,
  metric,
  NOON_MS,
  usage,
} from "../../core/events/chunks.ts";
import { DeadLettersInMemory } from "./dead-letters-in-memory.ts";
import { migratedDatabase, sqliteD1 } from "./sqlite-d1.ts";

const MESSAGES = Number(process.env["REDELIVERY_MESSAGES"] ?? 100_000);
const SEED = Number(process.env["REDELIVERY_SEED"] ?? Date.now() % 1_000_000);

/** mulberry32: a number in `[0, 1)` for each call, the same row for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomFrom(SEED);
const below = (limit: number) => Math.floor(random() * limit);
const oneOf = <T>(items: readonly T[]): T => items[below(items.length)]!;

const ENVIRONMENTS = ["environment1", "environment2"];
const FLAGS = ["checkout", "search", "navigation"];
const VARIATIONS = ["on", "off", null];
const REASONS = ["SPLIT", "TARGETING_MATCH"];

function randomEvent(): IntakeEvent {
  const atMs = NOON_MS - below(3 * HOUR_MS);
  const flag = oneOf(FLAGS);
  const reason = oneOf(REASONS);
  switch (below(4)) {
    case 3:
      return keyUse({ atMs, key: oneOf(["key-1", "key-2"]) });
    case 0:
      return usage({ atMs, flag, reason, variation: oneOf(VARIATIONS), count: 1 + below(50) });
    case 1:
      return exposure({ atMs, flag, reason: below(4) === 0 ? null : reason });
    default:
      // Quarters, so that sums are exact in whatever order they are made.
      return metric({ atMs, metric: oneOf(["revenue", "latency"]), value: below(1_000) / 4 });
  }
}

const randomChunk = () =>
  chunkOf(Array.from({ length: 1 + below(4) }, randomEvent), { environment: oneOf(ENVIRONMENTS) });

/** What the roll-ups must hold, added up one event at a time. */
function expectedRows(chunks: readonly EventChunk[]) {
  const rows = new Map<string, number[]>();
  const add = (key: readonly unknown[], a: number, b: number, atMs: number) => {
    const name = JSON.stringify(key);
    const [a0 = 0, b0 = 0, at0 = 0] = rows.get(name) ?? [];
    rows.set(name, [a0 + a, b0 + b, Math.max(at0, atMs)]);
  };
  for (const { environmentId, events } of chunks) {
    for (const event of events) {
      const hour = Math.floor(event.atMs / HOUR_MS) * HOUR_MS;
      if (event.kind === "key-use") {
        add([environmentId, event.key], 0, 0, event.atMs);
      } else if (event.kind === "metric") {
        add([environmentId, event.metric, hour], 1, event.value, event.atMs);
      } else {
        const way = [event.variation ?? "", event.reason ?? ""];
        const evaluations = event.kind === "usage" ? event.count : 0;
        const exposures = event.kind === "exposure" ? 1 : 0;
        add([environmentId, event.flag, hour, ...way], evaluations, exposures, event.atMs);
      }
    }
  }
  return Object.fromEntries(rows);
}

it(
  `${MESSAGES} messages, delivered 1 to 5 times in any order by three consumers that fail now and then, count once`,
  { timeout: 600_000 },
  async () => {
    const database = migratedDatabase();
    let faults = 0;
    const fail = (share: number, what: string) => {
      if (random() >= share) return;
      faults += 1;
      throw new Error(what);
    };
    const d1 = sqliteD1(database, {
      before: () => fail(0.05, "D1 is not reached"),
      after: () => fail(0.05, "D1's answer is lost"),
    });
    const raw = new Map<string, number>();
    const dead = new DeadLettersInMemory();
    const deps: ConsumeDeps = {
      rollUps: createD1RollUpStore(d1),
      eventPrivacy: async () => new Map(),
      rawChunks: {
        keep: async ({ id }) => {
          await Promise.resolve();
          fail(0.005, "R2 is not reached");
          raw.set(id, (raw.get(id) ?? 0) + 1);
          fail(0.005, "R2's answer is lost");
        },
      },
      deadLetters: dead.deadLetters,
      deadLetterBodies: dead.deadLetterBodies,
      now: () => NOON_MS,
    };

    const chunks = Array.from({ length: MESSAGES }, randomChunk);
    const pool = chunks.flatMap((chunk) =>
      // A sender's own repetition bears another time of receipt.
      Array.from({ length: 1 + below(5) }, () => ({ ...chunk, receivedAtMs: NOON_MS + below(9) })),
    );
    const first = pool.length;
    for (let last = pool.length - 1; last > 0; last -= 1) {
      const other = below(last + 1);
      [pool[last], pool[other]] = [pool[other]!, pool[last]!];
    }
    let deliveries = 0;
    const consumer = async () => {
      while (pool.length > 0) {
        const batch = pool.splice(0, 1 + below(100));
        // Now and then a message is twice in one batch.
        if (below(3) === 0) batch.push(oneOf(batch));
        deliveries += batch.length;
        const attempts = 1 + below(5);
        const messages = batch.map((body, index) => ({ id: String(index), body, attempts }));
        const outcomes = await consumeChunks("test", messages, deps);
        expect(outcomes).toHaveLength(batch.length);
        pool.push(...batch.filter((_, index) => outcomes[index]?.kind === "retry"));
      }
    };
    await Promise.all([consumer(), consumer(), consumer()]);

    const found = Object.fromEntries(
      [
        ...database.prepare("SELECT * FROM usage_hourly").all(),
        ...database.prepare("SELECT * FROM metric_hourly").all(),
        ...database.prepare("SELECT * FROM sdk_key_uses").all(),
      ].map((row) => {
        if (row["key_id"] !== undefined) {
          const use = JSON.stringify([row["environment_id"], row["key_id"]]);
          return [use, [0, 0, row["last_used_at_ms"]]];
        }
        const { environment_id, flag_key, metric_key, hour_ms, variation_key, reason } = row;
        const key =
          metric_key === undefined
            ? [environment_id, flag_key, hour_ms, variation_key, reason]
            : [environment_id, metric_key, hour_ms];
        const { evaluations, exposures, events, value_sum, last_at_ms } = row;
        return [JSON.stringify(key), [evaluations ?? events, exposures ?? value_sum, last_at_ms]];
      }),
    );
    process.stdout.write(
      `redelivery: seed ${SEED}, ${MESSAGES} messages, ${first} deliveries planned, ${deliveries} made, ${faults} faults\n`,
    );
    expect(faults).toBeGreaterThan(10);
    expect(found).toEqual(expectedRows(chunks));
    const keptRaw = chunks.filter(({ events }) => events.some(({ kind }) => kind !== "key-use"));
    expect(raw.size).toBe(keptRaw.length);
    const counted = database.prepare("SELECT COUNT(*) AS n FROM event_chunks").get();
    expect(counted).toMatchObject({ n: MESSAGES });
  },
);
