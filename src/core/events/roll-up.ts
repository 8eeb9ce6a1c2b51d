import { assertNever } from "../result.ts";
import type { EventChunk } from "./chunk.ts";
import type { IntakeEvent } from "./event.ts";

export const HOUR_MS = 3_600_000;

/** What one hour's events of a flag, variation and reason add to its roll-up. */
export interface UsageDelta {
  readonly flag: string;
  /** `null`: the caller's own default was used. */
  readonly variation: string | null;
  /** `null`: the sender of the exposure did not know. */
  readonly reason: string | null;
  /** The hour's first instant, in milliseconds since the Unix epoch. */
  readonly hourMs: number;
  readonly evaluations: number;
  readonly exposures: number;
  /** When the last of them happened. */
  readonly lastAtMs: number;
}

/** The same for a metric. */
export interface MetricDelta {
  readonly metric: string;
  readonly hourMs: number;
  readonly events: number;
  readonly valueSum: number;
  readonly lastAtMs: number;
}

/** When a key was last used, as far as a chunk says. */
export interface KeyUse {
  readonly key: string;
  readonly lastAtMs: number;
}

/** All that a chunk adds to the roll-ups of its environment. */
export interface ChunkRollUp {
  readonly chunkId: string;
  readonly environmentId: string;
  readonly receivedAtMs: number;
  readonly usage: readonly UsageDelta[];
  readonly metrics: readonly MetricDelta[];
  readonly keyUses: readonly KeyUse[];
}

type Counted = Extract<IntakeEvent, { kind: "exposure" | "usage" }>;

/** Adds up a chunk, so that it costs the database as few rows as it touches. */
export function rollUp(chunk: EventChunk): ChunkRollUp {
  const usage = new Map<string, UsageDelta>();
  const metrics = new Map<string, MetricDelta>();
  const keyUses = new Map<string, KeyUse>();
  for (const event of chunk.events) {
    switch (event.kind) {
      case "metric":
        merge(metrics, metricDelta(event), addMetric);
        break;
      case "exposure":
      case "usage":
        merge(usage, usageDelta(event), addUsage);
        break;
      case "key-use":
        merge(keyUses, { key: event.key, delta: { key: event.key, lastAtMs: event.atMs } }, later);
        break;
      default:
        assertNever(event);
    }
  }
  const { id, environmentId, receivedAtMs } = chunk;
  const sums = { usage: [...usage.values()], metrics: [...metrics.values()] };
  return { chunkId: id, environmentId, receivedAtMs, ...sums, keyUses: [...keyUses.values()] };
}

interface Keyed<Delta> {
  readonly key: string;
  readonly delta: Delta;
}

function merge<Delta>(
  into: Map<string, Delta>,
  { key, delta }: Keyed<Delta>,
  add: (a: Delta, b: Delta) => Delta,
): void {
  const present = into.get(key);
  into.set(key, present === undefined ? delta : add(present, delta));
}

const later = (a: KeyUse, b: KeyUse): KeyUse => (a.lastAtMs >= b.lastAtMs ? a : b);

const hourOf = (atMs: number): number => atMs - (atMs % HOUR_MS);

function usageDelta(event: Counted): Keyed<UsageDelta> {
  const { flag, variation, reason, atMs } = event;
  const hourMs = hourOf(atMs);
  const evaluations = event.kind === "usage" ? event.count : 0;
  const exposures = event.kind === "exposure" ? 1 : 0;
  return {
    key: JSON.stringify([flag, variation, reason, hourMs]),
    delta: { flag, variation, reason, hourMs, evaluations, exposures, lastAtMs: atMs },
  };
}

const addUsage = (a: UsageDelta, b: UsageDelta): UsageDelta => ({
  ...a,
  // A sender's absurd counts must not make the sum one that the database refuses.
  evaluations: Math.min(Number.MAX_SAFE_INTEGER, a.evaluations + b.evaluations),
  exposures: a.exposures + b.exposures,
  lastAtMs: Math.max(a.lastAtMs, b.lastAtMs),
});

function metricDelta({
  metric,
  value,
  atMs,
}: Extract<IntakeEvent, { kind: "metric" }>): Keyed<MetricDelta> {
  const hourMs = hourOf(atMs);
  return {
    key: JSON.stringify([metric, hourMs]),
    delta: { metric, hourMs, events: 1, valueSum: value, lastAtMs: atMs },
  };
}

const addMetric = (a: MetricDelta, b: MetricDelta): MetricDelta => ({
  ...a,
  events: a.events + b.events,
  valueSum: finite(a.valueSum + b.valueSum),
  lastAtMs: Math.max(a.lastAtMs, b.lastAtMs),
});

/** JSON has no infinity. */
const finite = (sum: number): number =>
  Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum));
