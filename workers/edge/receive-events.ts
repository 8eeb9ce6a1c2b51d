import { clientEvents } from "../../src/core/events/client-events.ts";
import { EVENT_LIMITS } from "../../src/core/events/limits.ts";
import { takeEvents, type TakenEvents } from "../../src/core/events/take-events.ts";
import type { ChunkSender } from "./chunk-sender.ts";
import { readSdkKeyOrQuery } from "./credentials.ts";
import type { EdgeHealth } from "./edge-health.ts";
import { type EdgeReply, errorReply, generalError } from "./edge-reply.ts";
import {
  openEnvironment,
  type OpenedEnvironment,
  type OpeningDeps,
  refusalReply,
} from "./open-environment.ts";
import type { KeyPace } from "./key-pace.ts";
import type { EdgeIo } from "./ports.ts";
import { readRequestText } from "./request-text.ts";

export interface ReceivingDeps extends OpeningDeps {
  readonly sender: ChunkSender;
  readonly eventPace: KeyPace;
  readonly health: EdgeHealth;
}

/** What the visitors of a large page send to one isolate, and far below what it can take. */
const MOST_CLIENT_EVENTS_A_SECOND = 5_000;

/** Where clients send their events. */
export const EVENTS_PATH = "/sdk/v1/events";

/**
 * Answers `POST /sdk/v1/events`. What it says to be accepted is on durable storage: whatever
 * happens from then on, it is counted, and once.
 */
export async function receiveEvents(
  deps: ReceivingDeps,
  request: Request,
  io: EdgeIo,
): Promise<EdgeReply> {
  const sdkKey = readSdkKeyOrQuery(request);
  if (!sdkKey.ok) return refusalReply({ status: 401, details: sdkKey.error }, null);
  const opened = await openEnvironment(deps, request, sdkKey.value, io);
  if (!opened.ok) return refusalReply(opened.error, null);
  const reply = await receive(deps, request, opened.value, io);
  const { ruleset, staleMs } = opened.value.ready;
  const { environmentId, revision } = ruleset;
  return { ...reply, source: { environmentId, revision, staleMs } };
}

async function receive(
  deps: ReceivingDeps,
  request: Request,
  { key, ready }: OpenedEnvironment,
  io: EdgeIo,
): Promise<EdgeReply> {
  const isClient = key.kind === "client";
  const mostBytes = isClient ? EVENT_LIMITS.clientBatchBytes : EVENT_LIMITS.batchBytes;
  const text = await readRequestText(request, mostBytes);
  if (!text.ok) return text.error === "too-large" ? tooLarge(mostBytes) : badRequest(CUT_OFF);
  const receivedAtMs = deps.now();
  // What a stale ruleset does not know, a newer one may.
  const known = ready.staleMs === null ? ready.ruleset : null;
  const taken = takeEvents(text.value, {
    environmentId: ready.ruleset.environmentId,
    receivedAtMs,
    mostEvents: isClient ? EVENT_LIMITS.clientEventsPerBatch : EVENT_LIMITS.eventsPerBatch,
    check: isClient ? clientEvents(known) : undefined,
  });
  // The body is read as it came, so what is compressed looks like no JSON.
  if (!taken.ok) return badRequest(isEncoded(request) ? COMPRESSED : taken.error);
  const { accepted } = taken.value;
  const most = MOST_CLIENT_EVENTS_A_SECOND;
  if (isClient && !deps.eventPace.admits(key.hash, accepted, most, receivedAtMs)) {
    return tryAgain(429, "Too many events come with this client key", 1);
  }
  return await passOn(deps, taken.value, io);
}

async function passOn(deps: ReceivingDeps, taken: TakenEvents, io: EdgeIo): Promise<EdgeReply> {
  const { accepted, chunks, rejectedCount } = taken;
  const sent = await deps.sender.send(io.events, chunks);
  if (sent.kind === "busy")
    return tryAgain(429, "Too many events are waiting", sent.retryAfterSeconds);
  if (sent.kind === "unavailable") return tryAgain(503, "Events cannot be stored just now", 1);
  deps.health.acceptedEvents += accepted;
  deps.health.rejectedEvents += rejectedCount;
  return accepted === 0 && rejectedCount > 0 ? nothingTaken(taken) : taking(taken);
}

function taking({ accepted, rejected, rejectedCount }: TakenEvents): EdgeReply {
  const body = JSON.stringify({ accepted, rejected, rejectedCount });
  return { status: 202, body, headers: { "cache-control": "no-store" } };
}

/** Like an answer that took some, and like an error, for whoever looks for the one or the other. */
function nothingTaken({ accepted, rejected, rejectedCount }: TakenEvents): EdgeReply {
  const error = generalError(
    "None of the events can be taken; `rejected` says why for each of the first hundred.",
  );
  const body = JSON.stringify({ ...error, accepted, rejected, rejectedCount });
  return { ...errorReply(400, error, null), body };
}

function badRequest(errorDetails: string): EdgeReply {
  return errorReply(400, { errorCode: "PARSE_ERROR", errorDetails }, null);
}

function isEncoded({ headers }: Request): boolean {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  return encoding !== "identity";
}

const COMPRESSED =
  "The body has a Content-Encoding, and compressed bodies are not read. Send the JSON as it is.";
const CUT_OFF = "The request body ended before it was complete. Send it again.";

function tooLarge(most: number): EdgeReply {
  const details = `The request body is larger than ${most} bytes. Send the events in several batches.`;
  return errorReply(413, generalError(details), null);
}

function tryAgain(status: 429 | 503, what: string, seconds: number): EdgeReply {
  const wait = Math.max(1, Math.ceil(seconds));
  const details = `${what}. Send the whole batch again after ${wait} s, with the same ids: what was already taken is not counted twice.`;
  return errorReply(status, generalError(details), null, { "retry-after": String(wait) });
}
