import { environmentId } from "../../../../src/core/brand.ts";
import type { EventChunk } from "../../../../src/core/events/chunk.ts";
import type {
  ExposureEvent,
  IntakeEvent,
  KeyUseEvent,
  MetricEvent,
  UsageEvent,
} from "../../../../src/core/events/event.ts";

/** 2026-11-21T09:30:00Z */
export const NOON_MS = Date.UTC(2026, 10, 21, 9, 30);
export const HOUR_MS = 3_600_000;

let made = 0;
const newEventId = () => `e-${(made += 1)}`;

export const newChunkId = (): string => crypto.randomUUID().replaceAll("-", "");
export const newEnvironmentId = (): string => crypto.randomUUID().replaceAll("-", "");

export const usage = (given: Partial<UsageEvent> = {}): UsageEvent => ({
  kind: "usage",
  id: newEventId(),
  atMs: NOON_MS,
  flag: "checkout",
  variation: "on",
  reason: "SPLIT",
  count: 1,
  ...given,
});

export const exposure = (given: Partial<ExposureEvent> = {}): ExposureEvent => ({
  kind: "exposure",
  id: newEventId(),
  atMs: NOON_MS,
  targetingKey: "user-1",
  attributes: { plan: "free" },
  flag: "checkout",
  variation: "on",
  flagVersion: 3,
  reason: "SPLIT",
  experiment: null,
  ...given,
});

export const metric = (given: Partial<MetricEvent> = {}): MetricEvent => ({
  kind: "metric",
  id: newEventId(),
  atMs: NOON_MS,
  targetingKey: "user-1",
  attributes: {},
  metric: "revenue",
  value: 1,
  ...given,
});

export const keyUse = (given: Partial<KeyUseEvent> = {}): KeyUseEvent => ({
  kind: "key-use",
  id: newEventId(),
  atMs: NOON_MS,
  key: "key-1",
  ...given,
});

export function chunkOf(
  events: readonly IntakeEvent[],
  given: {
    readonly id?: string;
    readonly environment?: string;
    readonly receivedAtMs?: number;
  } = {},
): EventChunk {
  return {
    format: "switchyard.events/1",
    id: given.id ?? newChunkId(),
    environmentId: environmentId(given.environment ?? newEnvironmentId()),
    receivedAtMs: given.receivedAtMs ?? NOON_MS,
    events,
  };
}
