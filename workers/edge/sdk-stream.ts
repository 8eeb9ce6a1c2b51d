import { CLOSE, type ClientFrame, STREAM_PROTOCOL } from "../../src/core/streaming/frames.ts";
import { atLeast } from "./at-least.ts";
import { ClientStream } from "./client-stream.ts";
import { clientValues } from "./client-values.ts";
import { offeredProtocols, readSdkKeyOrProtocol } from "./credentials.ts";
import { type EdgeReply, errorReply, generalError } from "./edge-reply.ts";
import type { EvaluationDeps } from "./evaluate-request.ts";
import type { Log } from "./log.ts";
import {
  openEnvironment,
  type OpenedEnvironment,
  type Refusal,
  refusalReply,
} from "./open-environment.ts";
import type { ParsedSdkKey } from "../../src/core/keys/sdk-key.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import { checkUse } from "./key-ring.ts";
import type { StreamIo } from "./ports.ts";
import { sinceOf } from "./since-of.ts";

export const SDK_STREAM_PATH = "/sdk/v1/stream";

export interface SdkStreamDeps extends EvaluationDeps {
  readonly log: Log;
}

/**
 * Answers `GET /sdk/v1/stream`. A server key's socket is the relay's own; a client key's ends here,
 * where its flags are evaluated.
 */
export async function openSdkStream(
  deps: SdkStreamDeps,
  request: Request,
  io: StreamIo,
): Promise<EdgeReply> {
  const isUpgrade = request.headers.get("upgrade")?.toLowerCase() === "websocket";
  const sdkKey = readSdkKeyOrProtocol(request.headers);
  if (!sdkKey.ok) return refuse(request, { status: 401, details: sdkKey.error }, isUpgrade);
  const opened = await openEnvironment(deps, request, sdkKey.value, io);
  if (!opened.ok) return refuse(request, opened.error, isUpgrade);
  if (!isUpgrade) return errorReply(426, generalError(NO_UPGRADE), null, { upgrade: "websocket" });
  const { key, ready } = opened.value;
  if (key.kind === "client") {
    return switching(request, clientSocket(deps, request, io, opened.value, sdkKey.value));
  }
  const { delivery, environmentId } = ready.ruleset;
  const asked = { kind: "server", since: sinceOf(request.url), keyId: key.id } as const;
  try {
    const socket = await io.streams.open(environmentId, delivery?.relayShards, asked);
    return switching(request, socket);
  } catch (error) {
    deps.log("warn", "stream.failed", { environmentId, error: String(error) });
    return errorReply(503, generalError(NO_RELAY), null, { "retry-after": "1" });
  }
}

/** A socket whose other end is a `ClientStream`. */
function clientSocket(
  deps: SdkStreamDeps,
  request: Request,
  io: StreamIo,
  { key: { id: keyId }, ready }: OpenedEnvironment,
  sdkKey: ParsedSdkKey,
): WebSocket {
  const { clock, log } = deps;
  const { environmentId } = sdkKey;
  let { ruleset } = ready;
  const look = async (revision: number): Promise<Ruleset | undefined | null> => {
    const answer = await atLeast(deps, environmentId, io, revision);
    if (answer.kind === "unavailable") return undefined;
    if (answer.kind === "unknown") return null;
    const key = deps.keys.find(answer.ruleset, sdkKey);
    // An isolate that has begun anew may hold what was before the key.
    if (key === undefined && answer.ruleset.revision < ruleset.revision) return undefined;
    ({ ruleset } = answer);
    return key !== undefined && checkUse(key, request.headers, deps.now()).ok ? ruleset : null;
  };
  const open = (since: number) =>
    io.streams.open(environmentId, ruleset.delivery?.relayShards, { kind: "notify", since, keyId });
  const evaluate = clientValues(deps, request, io);
  const crashed = (error: unknown) =>
    log("error", "stream.crashed", { environmentId, error: String(error) });
  const { 0: client, 1: server } = new WebSocketPair();
  const streamDeps = { clock, random: Math.random, open, look, evaluate, crashed };
  const since = sinceOf(request.url) ?? 0;
  void new ClientStream(server, since, ruleset.revision, streamDeps).run().catch(crashed);
  return client;
}

/** A socket cannot be told of a status: a key that opens nothing is said on the socket itself. */
function refuse(request: Request, refusal: Refusal, isUpgrade: boolean): EdgeReply {
  if (!isUpgrade || refusal.status === 503) return refusalReply(refusal, null);
  const { 0: client, 1: server } = new WebSocketPair();
  const error = generalError(refusal.details);
  server.accept();
  server.send(JSON.stringify({ type: "error", ...error } satisfies ClientFrame));
  server.close(CLOSE.unauthorized, "The SDK key opens no stream here.");
  return { ...switching(request, client), error };
}

function switching(request: Request, webSocket: WebSocket): EdgeReply {
  const isOffered = offeredProtocols(request.headers).includes(STREAM_PROTOCOL);
  const headers = isOffered ? { "sec-websocket-protocol": STREAM_PROTOCOL } : {};
  return { status: 101, body: null, headers, webSocket };
}

const NO_UPGRADE =
  "Streams are WebSockets. Open one at this path, or ask GET /sdk/v1/ruleset?since=<revision> from time to time.";
const NO_RELAY = "No relay opens a stream just now. Try again shortly.";
