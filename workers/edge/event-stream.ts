import type { SdkKeyEntry } from "../../src/core/documents/sdk-key-entry.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import { type Change, lastEventRevision } from "../../src/core/ofrep/event-streams.ts";
import { keyOfToken, readStreamToken } from "../../src/core/ofrep/stream-token.ts";
import { atLeast } from "./at-least.ts";
import { ChangeStream } from "./change-stream.ts";
import type { EdgeReply } from "./edge-reply.ts";
import { checkUse } from "./key-ring.ts";
import { openWith, type OpeningDeps, refusalReply } from "./open-environment.ts";
import type { StreamIo } from "./ports.ts";

/**
 * Answers `GET /ofrep/v1/stream?t=<token>` with server-sent events, until the client or the key
 * goes. The token is the client's secret: neither a log nor an answer repeats it.
 */
export async function answerEventStream(
  deps: OpeningDeps,
  request: Request,
  io: StreamIo,
): Promise<EdgeReply> {
  const token = readStreamToken(new URL(request.url).searchParams.get("t") ?? "");
  if (token === null) return refusalReply({ status: 401, details: NO_TOKEN }, null);
  const { environmentId, keyId } = token;
  const { headers } = request;
  const find = (ruleset: Ruleset) => {
    const key = keyOfToken(token, ruleset.keys.values());
    return key === undefined ? undefined : usableIn(key, headers);
  };
  const told = lastEventRevision(headers.get("last-event-id"));
  const opened = await openWith(deps, { environmentId, find, headers }, io, told ?? 0);
  if (!opened.ok) return refusalReply(opened.error, null);
  let { ruleset } = opened.value.ready;

  const look = async (revision: number): Promise<Change | null> => {
    const answer = await atLeast(deps, environmentId, io, revision);
    if (answer.kind === "unavailable") return { revision, acceptedAtMs: null };
    if (answer.kind === "unknown") return null;
    const key = find(answer.ruleset);
    // An isolate that has begun anew may hold what was before the key.
    if (key === undefined && answer.ruleset.revision < ruleset.revision) {
      return { revision, acceptedAtMs: null };
    }
    ({ ruleset } = answer);
    return key !== undefined && checkUse(key, headers, deps.now()).ok ? ruleset : null;
  };
  const open = (since: number) =>
    io.streams.open(environmentId, ruleset.delivery?.relayShards, { kind: "notify", since, keyId });
  const isRead = request.method === "GET";
  const { clock } = deps;
  return {
    status: 200,
    body: isRead
      ? new ChangeStream({ clock, random: Math.random, open, look }, told, ruleset).body
      : null,
    headers: STREAM_HEADERS,
  };
}

/** Nothing between may keep it back or change it: whoever compresses waits until there is enough. */
const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

/**
 * Who asks its own origin for a stream does not say where it is; who has the token was given it on
 * an allowed origin.
 */
function usableIn(key: SdkKeyEntry, headers: Headers): SdkKeyEntry {
  return headers.has("origin") ? key : { ...key, origins: [] };
}

const NO_TOKEN =
  "The stream's address is not complete. Use the one in eventStreams of the newest bulk answer as it is.";
