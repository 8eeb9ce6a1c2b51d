import { CHUNK_MEMORY_MS, type RollUpStore } from "../../app/events/roll-up-store.ts";
import type { ChunkRollUp } from "../../core/events/roll-up.ts";

// One JSON parameter carries any number of rows, and one batch is one transaction: the sums and
// the chunks that are in them are written together or not at all. What is summed is looked up
// before this batch's chunks are entered, so a chunk adds to the sums exactly when it was not in
// them.

const NOT_COUNTED = "NOT EXISTS (SELECT 1 FROM event_chunks WHERE id = value->>0)";

const ADD_USAGE = `
  INSERT INTO usage_hourly (environment_id, flag_key, hour_ms, variation_key, reason,
    evaluations, exposures, last_at_ms)
  SELECT value->>1, value->>2, value->>3, value->>4, value->>5,
    SUM(value->>6), SUM(value->>7), MAX(value->>8)
  FROM json_each(?1) WHERE ${NOT_COUNTED}
  GROUP BY 1, 2, 3, 4, 5
  ON CONFLICT DO UPDATE SET
    evaluations = evaluations + excluded.evaluations,
    exposures = exposures + excluded.exposures,
    last_at_ms = MAX(last_at_ms, excluded.last_at_ms)`;

const ADD_METRICS = `
  INSERT INTO metric_hourly (environment_id, metric_key, hour_ms, events, value_sum, last_at_ms)
  SELECT value->>1, value->>2, value->>3, SUM(value->>4), SUM(value->>5), MAX(value->>6)
  FROM json_each(?1) WHERE ${NOT_COUNTED}
  GROUP BY 1, 2, 3
  ON CONFLICT DO UPDATE SET
    events = events + excluded.events,
    value_sum = value_sum + excluded.value_sum,
    last_at_ms = MAX(last_at_ms, excluded.last_at_ms)`;

/** The latest counts, so a chunk may come again, or late. */
const NOTE_KEYS = `
  INSERT INTO sdk_key_uses (environment_id, key_id, last_used_at_ms)
  SELECT value->>0, value->>1, MAX(value->>2) FROM json_each(?1)
  WHERE true GROUP BY 1, 2
  ON CONFLICT DO UPDATE SET last_used_at_ms = excluded.last_used_at_ms
  WHERE excluded.last_used_at_ms > last_used_at_ms`;

const ENTER_CHUNKS = `
  INSERT OR IGNORE INTO event_chunks (id, received_at_ms)
  SELECT value->>0, value->>1 FROM json_each(?1)`;

/** More than a batch enters, so that what is old gets less and less. */
const FORGET_CHUNKS = `
  DELETE FROM event_chunks WHERE id IN (
    SELECT id FROM event_chunks WHERE received_at_ms < ?1 ORDER BY received_at_ms LIMIT 200)`;

const COUNTED = `
  SELECT id FROM event_chunks WHERE id IN (SELECT value FROM json_each(?1))`;

export function createD1RollUpStore(d1: D1Database): RollUpStore {
  return {
    async counted(chunkIds) {
      const statement = d1.prepare(COUNTED).bind(JSON.stringify(chunkIds));
      const { results } = await statement.all<{ readonly id: string }>();
      return new Set(results.map(({ id }) => id));
    },

    async count(chunks, nowMs) {
      const entered = chunks.map(({ chunkId, receivedAtMs }) => [chunkId, receivedAtMs]);
      const add = (sql: string, rows: readonly unknown[]) =>
        rows.length === 0 ? [] : [d1.prepare(sql).bind(JSON.stringify(rows))];
      await d1.batch([
        ...add(ADD_USAGE, chunks.flatMap(usageRows)),
        ...add(ADD_METRICS, chunks.flatMap(metricRows)),
        ...add(NOTE_KEYS, chunks.flatMap(keyRows)),
        ...add(ENTER_CHUNKS, entered),
        d1.prepare(FORGET_CHUNKS).bind(nowMs - CHUNK_MEMORY_MS),
      ]);
    },
  };
}

const usageRows = ({ chunkId, environmentId, usage }: ChunkRollUp) =>
  usage.map((delta) => [
    chunkId,
    environmentId,
    delta.flag,
    delta.hourMs,
    delta.variation ?? "",
    delta.reason ?? "",
    delta.evaluations,
    delta.exposures,
    delta.lastAtMs,
  ]);

const metricRows = ({ chunkId, environmentId, metrics }: ChunkRollUp) =>
  metrics.map((delta) => [
    chunkId,
    environmentId,
    delta.metric,
    delta.hourMs,
    delta.events,
    delta.valueSum,
    delta.lastAtMs,
  ]);

const keyRows = ({ environmentId, keyUses }: ChunkRollUp) =>
  keyUses.map(({ key, lastAtMs }) => [environmentId, key, lastAtMs]);
