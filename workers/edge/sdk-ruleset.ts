import type { ChangesSince } from "../../src/core/authority/authority-api.ts";
import type { EnvironmentId } from "../../src/core/brand.ts";
import { isRecord } from "../../src/core/json.ts";
import { matchesEntityTag } from "../../src/core/ofrep/entity-tag.ts";
import { newestIn } from "../../src/core/propagation/relay.ts";
import { withoutKeys } from "../../src/core/streaming/without-keys.ts";
import { readSdkKey } from "./credentials.ts";
import { type EdgeReply, errorReply, generalError } from "./edge-reply.ts";
import { openEnvironment, type OpeningDeps, refusalReply } from "./open-environment.ts";
import type { Clock, EdgeIo } from "./ports.ts";
import { sinceOf } from "./since-of.ts";

export const RULESET_PATH = "/sdk/v1/ruleset";

/** Longer than a relay takes that has to ask its authority first; KV has as long after that. */
const DEADLINE_MS = 1_500;

/** Which environment is answered of, and how long ago that was known to be the newest. */
interface From {
  readonly environmentId: EnvironmentId;
  readonly staleMs: number | null;
}

/**
 * Answers `GET /sdk/v1/ruleset?since=<revision>`: what a server key's holder lacks, for those who
 * cannot hold a stream.
 */
export async function answerRuleset(
  deps: OpeningDeps,
  request: Request,
  io: EdgeIo,
): Promise<EdgeReply> {
  const sdkKey = readSdkKey(request.headers);
  if (!sdkKey.ok) return refusalReply({ status: 401, details: sdkKey.error }, null);
  const opened = await openEnvironment(deps, request, sdkKey.value, io);
  if (!opened.ok) return refusalReply(opened.error, null);
  const { key, ready } = opened.value;
  if (key.kind === "client") return refusalReply({ status: 403, details: NOT_FOR_CLIENTS }, null);
  const { delivery, environmentId } = ready.ruleset;
  const since = sinceOf(request.url);
  const asking = io.freshness.changesSince(environmentId, since, delivery?.relayShards);
  const answer = await inTime(asking, deps.clock);
  const staleMs = answer?.kind === "confirmed" ? null : (ready.staleMs ?? 1);
  const from = { environmentId, staleMs };
  if (answer !== undefined && answer.kind !== "nothing") {
    return changesReply(request, answer.changes, from);
  }
  return (await inTime(bootReply(io, since, from), deps.clock)) ?? notNow();
}

/** `undefined`: it has failed, or takes too long. */
async function inTime<T>(work: Promise<T>, clock: Clock): Promise<T | undefined> {
  const timer = clock.startTimer(DEADLINE_MS);
  const answer = await Promise.race([work, timer.done]).catch(() => undefined);
  timer.cancel();
  return answer ?? undefined;
}

function changesReply({ headers: asked }: Request, changes: ChangesSince, from: From): EdgeReply {
  const revision = newestIn(changes);
  if (revision === null) return notNow();
  const etag = `"${revision}"`;
  const head = {
    headers: { etag, "cache-control": "private, no-cache" },
    source: { ...from, revision },
  };
  return changes.kind === "current" || matchesEntityTag(asked.get("if-none-match"), etag)
    ? { status: 304, body: null, ...head }
    : { status: 200, body: JSON.stringify(withoutKeys(changes)), ...head };
}

/** The boot copy, if the reader lacks it: a client that has nothing can begin with that. */
async function bootReply(
  { snapshots }: EdgeIo,
  since: number | null,
  from: From,
): Promise<EdgeReply | null> {
  const copy = await snapshots.read(from.environmentId);
  if (copy === null || copy.revision <= (since ?? -1) || !isRecord(copy.snapshot)) return null;
  const { revision, seal } = copy;
  const body = JSON.stringify({ kind: "snapshot", snapshot: { ...copy.snapshot, keys: [] }, seal });
  return {
    status: 200,
    body,
    headers: { "cache-control": "no-store" },
    source: { ...from, revision },
  };
}

const notNow = (): EdgeReply =>
  errorReply(503, generalError(NOT_NOW), null, { "retry-after": "1" });

const NOT_FOR_CLIENTS =
  "A client key reads no rules: they say who gets what. Evaluate with POST /ofrep/v1/evaluate/flags or open a WebSocket at /sdk/v1/stream, or use a server key on a server.";
const NOT_NOW = "The environment's configuration cannot be reached just now. Try again shortly.";
