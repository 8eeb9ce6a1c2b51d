import { environmentId } from "../../../../src/core/brand.ts";
import type { IntakeEvent } from "../../../../src/core/events/event.ts";
import { EVENT_LIMITS } from "../../../../src/core/events/limits.ts";
import { type Intake, takeEvents } from "../../../../src/core/events/take-events.ts";
import { must } from "../evaluation/build.ts";

export const ENVIRONMENT = environmentId("a1b2c3d4");
export const NOON = 1_767_268_800_000;

/** Events as senders write them; `parts` shows what matters. */
export const exposure = (parts: Record<string, unknown> = {}) => ({
  kind: "exposure",
  id: "e-1",
  timestamp: NOON - 1_000,
  targetingKey: "ada",
  flag: "new-nav",
  variation: "on",
  ...parts,
});

export const metric = (parts: Record<string, unknown> = {}) => ({
  kind: "metric",
  id: "m-1",
  timestamp: NOON - 1_000,
  targetingKey: "ada",
  metric: "sign-up",
  ...parts,
});

export const usage = (parts: Record<string, unknown> = {}) => ({
  kind: "usage",
  id: "u-1",
  timestamp: NOON - 1_000,
  flag: "new-nav",
  variation: "on",
  reason: "SPLIT",
  count: 3,
  ...parts,
});

export function taken(body: unknown, intake: Partial<Intake> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const mostEvents = EVENT_LIMITS.eventsPerBatch;
  const defaults = { environmentId: ENVIRONMENT, receivedAtMs: NOON, mostEvents, check: undefined };
  return takeEvents(text, { ...defaults, ...intake });
}

/** What is kept of one event. */
export function kept(event: unknown, batch: Record<string, unknown> = {}): IntakeEvent {
  const result = must(taken({ ...batch, events: [event] }));
  const [first] = result.chunks.flatMap(({ events }) => events);
  if (first === undefined) throw new Error(JSON.stringify(result.rejected));
  return first;
}

/** Why one event is refused. */
export function refused(event: unknown, intake: Partial<Intake> = {}) {
  const { accepted, rejected } = must(taken({ events: [event] }, intake));
  if (accepted > 0 || rejected[0] === undefined) throw new Error("it was accepted");
  return rejected[0];
}
