import { verifyEd25519 } from "../../src/adapters/crypto/ed25519.ts";
import { compileRe2 } from "../../src/adapters/patterns/re2.ts";
import { createEventQueue } from "../../src/adapters/queues/event-queue.ts";
import { FRESHNESS, type FreshnessSettings } from "../../src/core/freshness/freshness.ts";
import { STREAM_PATH } from "../../src/core/ofrep/event-streams.ts";
import { FLAGS_PATH } from "../../src/core/ofrep/ofrep-path.ts";
import type { EventQueue } from "../../src/core/events/event-queue.ts";
import { BREAK_GLASS_PATH, breakGlassIo, receiveBreakGlass } from "./break-glass.ts";
import { BulkCloses } from "./bulk-closes.ts";
import { ChunkSender } from "./chunk-sender.ts";
import { ContextShapes } from "./context-shapes.ts";
import type { EdgeEnv } from "./edge-env.ts";
import { EdgeHealth } from "./edge-health.ts";
import { edgePathOf } from "./edge-path.ts";
import { type EdgeReply, errorReply, generalError } from "./edge-reply.ts";
import { answerEventStream } from "./event-stream.ts";
import { evaluateRequest, type Received } from "./evaluate-request.ts";
import { EventCollector } from "./event-collector.ts";
import { healthReply } from "./healthz.ts";
import { HeldEnvironments, type HoldingLimits } from "./held-environments.ts";
import { HomeRegion } from "./home-region.ts";
import { KeyPace } from "./key-pace.ts";
import { KeyRing } from "./key-ring.ts";
import { KnockLimit } from "./knock-limit.ts";
import { consoleLog, type Log } from "./log.ts";
import type { Clock, StreamIo } from "./ports.ts";
import { EVENTS_PATH, receiveEvents } from "./receive-events.ts";
import { headerSheet, preflightReply, requestIdOf, toResponse } from "./responses.ts";
import { type EdgeContext, RequestIo } from "./request-io.ts";
import { answerRuleset, RULESET_PATH } from "./sdk-ruleset.ts";
import { openSdkStream, SDK_STREAM_PATH, type SdkStreamDeps } from "./sdk-stream.ts";
import { RulesetCache } from "./ruleset-cache.ts";
import { platformClock } from "./platform-clock.ts";

const READ_PATHS = ["/healthz", STREAM_PATH, RULESET_PATH, SDK_STREAM_PATH] as const;
const POST_PATHS: readonly string[] = [EVENTS_PATH, BREAK_GLASS_PATH];

/** Every route there is, as it would stand in the endpoint table. */
export const edgeRoutes = (): readonly string[] => [
  ...READ_PATHS.map((path) => `GET ${path}`),
  ...[...POST_PATHS, FLAGS_PATH, `${FLAGS_PATH}/:key`].map((path) => `POST ${path}`),
];

export interface EdgeOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly settings?: FreshnessSettings;
  readonly limits?: HoldingLimits;
  /** Made for each request, like all that reaches out of the isolate. */
  readonly queueOf?: (env: EdgeEnv) => EventQueue;
}

export interface Edge {
  /**
   * Answers every request on an edge path; never rejects.
   *
   * @param url the request's, for those who have it already: asking for it leaves JavaScript.
   */
  fetch(request: Request, env: EdgeEnv, context: EdgeContext, url?: string): Promise<Response>;
}

const newId = (): string => crypto.randomUUID();

/** An edge with a memory of its own, as each isolate has one. */
export function createEdge(options: EdgeOptions = {}): Edge {
  const { clock = platformClock, log = consoleLog, settings = FRESHNESS } = options;
  const { queueOf = createEventQueue } = options;
  const environments = new HeldEnvironments(options.limits);
  const health = new EdgeHealth();
  const sources = { home: new HomeRegion(), queueOf };
  const kept = { clock, environments, health, log, settings };
  const cache = new RulesetCache({ ...kept, compilePattern: compileRe2, verify: verifyEd25519 });
  const sender = new ChunkSender({ clock, health, log });
  const deps = {
    clock,
    now: clock.now,
    cache,
    keys: new KeyRing(),
    closes: new BulkCloses(),
    health,
    sender,
    eventPace: new KeyPace(),
    requestPace: new KeyPace(),
    shapes: new ContextShapes(),
    collector: new EventCollector({ clock, sender, health, newId }),
  };

  const glass = { now: clock.now, knocks: new KnockLimit(), log };

  const reads = readsOf({ ...deps, log }, environments);
  const sheet = headerSheet();

  function route(received: Received, env: EdgeEnv, io: StreamIo, requestId: string) {
    const { headers, request, url } = received;
    const { method } = request;
    const { path, target } = edgePathOf(url);
    if (method === "OPTIONS") return preflightReply(headers);
    if (target !== null && method === "POST") return evaluateRequest(deps, received, target, io);
    const read = reads.get(path);
    if (read !== undefined) {
      const isRead = method === "GET" || method === "HEAD";
      return isRead ? read(request, io) : wrongMethod("GET, HEAD, OPTIONS");
    }
    if (target === null && !POST_PATHS.includes(path)) return notFound();
    if (method !== "POST") return wrongMethod("POST, OPTIONS");
    if (path === EVENTS_PATH) return receiveEvents(deps, request, io);
    return receiveBreakGlass(request, breakGlassIo(env, requestId), glass);
  }

  return {
    async fetch(request, env, context, url = request.url) {
      const { headers } = request;
      const requestId = requestIdOf(headers);
      let reply: EdgeReply;
      try {
        const io = new RequestIo(request, env, context, sources);
        reply = await route({ request, headers, url }, env, io, requestId);
      } catch (error) {
        log("error", "request.crashed", { requestId, error: String(error) });
        reply = internalError(requestId, url);
      }
      logRefusal(log, requestId, reply);
      return toResponse(reply, requestId, sheet);
    },
  };
}

type Read = (request: Request, io: StreamIo) => EdgeReply | Promise<EdgeReply>;

/** What is there to be read, by path. */
function readsOf(deps: SdkStreamDeps, environments: HeldEnvironments): ReadonlyMap<string, Read> {
  const reads: Record<(typeof READ_PATHS)[number], Read> = {
    "/healthz": () => healthReply(deps.health, environments),
    [STREAM_PATH]: (request, io) => answerEventStream(deps, request, io),
    [RULESET_PATH]: (request, io) => answerRuleset(deps, request, io),
    [SDK_STREAM_PATH]: (request, io) => openSdkStream(deps, request, io),
  };
  return new Map(Object.entries(reads));
}

/** The isolate's own edge. */
const edge = createEdge();

/** For the Workers that serve edge paths: answers from this isolate's memory. */
export function handleEdgeRequest(
  request: Request,
  env: EdgeEnv,
  context: EdgeContext,
  url?: string,
): Promise<Response> {
  return edge.fetch(request, env, context, url);
}

function logRefusal(log: Log, requestId: string, reply: EdgeReply): void {
  const { error, source, status } = reply;
  if (error === undefined) return;
  const level = status >= 500 ? "error" : "warn";
  log(level, "request.refused", { requestId, status, errorCode: error.errorCode, ...source });
}

function wrongMethod(allow: string): EdgeReply {
  const details = `This path does not answer that method. Use ${allow}.`;
  return errorReply(405, generalError(details), null, { allow });
}

function notFound(): EdgeReply {
  const details =
    "There is nothing at this path. POST /ofrep/v1/evaluate/flags or …/flags/{key} evaluates, POST /sdk/v1/events takes events, GET /sdk/v1/stream tells of changes; all without a prefix.";
  return errorReply(404, generalError(details), null);
}

function internalError(requestId: string, url: string): EdgeReply {
  const { target } = edgePathOf(url);
  const details = `Something went wrong here. When you report it, name request ${requestId}.`;
  const flagKey = target?.kind === "flag" ? target.key : null;
  return errorReply(500, generalError(details), flagKey, { "retry-after": "1" });
}
