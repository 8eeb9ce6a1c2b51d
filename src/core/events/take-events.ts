import type { EnvironmentId } from "../brand.ts";
import { isRecord } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import type { EventChunk } from "./chunk.ts";
import type { EventCheck } from "./client-events.ts";
import type { IntakeEvent } from "./event.ts";
import type { EventProblem } from "./event-problem.ts";
import { EVENT_LIMITS } from "./limits.ts";
import { packEvents, placed, type PlacedEvent } from "./pack-events.ts";
import { readBatch } from "./read-batch.ts";
import { type EventReading, readEvent } from "./read-event.ts";

/** Where and when a batch came in. */
export interface Intake {
  readonly environmentId: EnvironmentId;
  readonly receivedAtMs: number;
  /** How many events the batch may have. */
  readonly mostEvents: number;
  /** What else the sender is held to; `undefined`: nothing. */
  readonly check: EventCheck | undefined;
}

/** What became of a batch. */
export interface TakenEvents {
  readonly chunks: readonly EventChunk[];
  /** How many events are in the chunks. */
  readonly accepted: number;
  /** The first so many that are in none. */
  readonly rejected: readonly RejectedEvent[];
  readonly rejectedCount: number;
}

export interface RejectedEvent extends EventProblem {
  /** Its place in the batch, from 0. */
  readonly index: number;
  /** As it was sent; `null`: it had none that is a text. */
  readonly id: string | null;
}

/**
 * Reads the body of a request and packs its events for the queue. What is wrong with one event
 * is said of that one; the error is of a body that cannot be read at all.
 */
export function takeEvents(text: string, intake: Intake): Result<TakenEvents, string> {
  const batch = readBatch(text, intake.mostEvents);
  if (!batch.ok) return batch;
  const { sentAtMs, privateAttributes, events } = batch.value;
  const offsetMs = sentAtMs === null ? 0 : intake.receivedAtMs - sentAtMs;
  const reading = { offsetMs, privateAttributes, isTerse: false };
  const terse = { ...reading, isTerse: true };
  const ids = new Set<string>();
  const all: PlacedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  let rejectedCount = 0;
  for (const [index, given] of events.entries()) {
    const isListed = rejectedCount < EVENT_LIMITS.rejectedListed;
    const read = place(given, isListed ? reading : terse, ids);
    const problem = read.ok ? admit(read.value.event, intake) : read.error;
    if (read.ok) all.push(settled(read.value, intake, problem === undefined));
    if (problem === undefined) continue;
    rejectedCount += 1;
    if (isListed) rejected.push({ index, id: idOf(given), ...problem });
  }
  return ok({
    chunks: packEvents(intake.environmentId, intake.receivedAtMs, all),
    accepted: events.length - rejectedCount,
    rejected,
    rejectedCount,
  });
}

/** What can be said of an event without knowing when and where: the same whenever it is sent. */
function place(
  given: unknown,
  reading: EventReading,
  ids: Set<string>,
): Result<PlacedEvent, EventProblem> {
  const read = readEvent(given, reading);
  if (!read.ok) return read;
  const event = placed(read.value);
  if (event.bytes > EVENT_LIMITS.eventBytes) {
    const message = `The event has ${event.bytes} bytes without its private attributes; at most ${EVENT_LIMITS.eventBytes} are kept. Send fewer attributes.`;
    return err({ code: "too-large", message });
  }
  if (ids.has(event.event.id)) {
    const message = "An event before this one in the batch has the same id. Only that one counts.";
    return err({ code: "duplicate-id", message });
  }
  ids.add(event.event.id);
  return ok(event);
}

function admit(event: IntakeEvent, intake: Intake): EventProblem | undefined {
  const { receivedAtMs } = intake;
  const { atMs } = event;
  const { aheadMs, oldestMs } = EVENT_LIMITS;
  if (atMs < receivedAtMs - oldestMs) {
    const message = `The event happened at ${atMs} and was received at ${receivedAtMs} (milliseconds since 1970): more than 7 days later. Check that "timestamp" is in milliseconds and the sender's clock is right.`;
    return { code: "too-old", message };
  }
  if (atMs > receivedAtMs + aheadMs) {
    const message = `The event happened at ${atMs} and was received at ${receivedAtMs} (milliseconds since 1970): more than 5 minutes earlier. Send "sentAt" with the batch, so that a wrong clock does not matter.`;
    return { code: "in-the-future", message };
  }
  return intake.check?.(event);
}

/** Nothing has happened after it was received. */
function settled(read: PlacedEvent, { receivedAtMs }: Intake, kept: boolean): PlacedEvent {
  if (!kept) return { ...read, kept };
  if (read.event.atMs <= receivedAtMs) return read;
  return { ...read, event: { ...read.event, atMs: receivedAtMs } };
}

function idOf(given: unknown): string | null {
  if (!isRecord(given)) return null;
  const { id } = given;
  return typeof id === "string" ? id.slice(0, EVENT_LIMITS.idLength) : null;
}
