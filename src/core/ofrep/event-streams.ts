// Change events: OFREP's server-sent events say that something has changed, and never what.
// A client asks for its flags again when it hears one.

export const STREAM_PATH = "/ofrep/v1/stream";

/** How long a page may be hidden before its client closes the stream, in seconds. */
const INACTIVITY_DELAY_SEC = 120;
/** How long a client waits before it comes back, in milliseconds. */
const RETRY_MS = 3_000;

/** Where a key's holders hear of changes. The origin is that under which they reached us. */
export function streamUrl(origin: string, token: string): string {
  return `${origin}${STREAM_PATH}?t=${encodeURIComponent(token)}`;
}

/** The member `eventStreams` of a bulk answer. */
export function eventStreamsText(url: string): string {
  return JSON.stringify([{ type: "sse", url, inactivityDelaySec: INACTIVITY_DELAY_SEC }]);
}

/** The revision that a client was last told of; `null`: none, or by another server. */
export function lastEventRevision(lastEventId: string | null): number | null {
  return lastEventId !== null && /^(?:0|[1-9]\d{0,14})$/.test(lastEventId)
    ? Number(lastEventId)
    : null;
}

/**
 * The first that a stream says. Who was told of this very revision lacks nothing. Everyone else
 * asks again, also who comes for the first time: between a bulk answer and its stream a change
 * may have been accepted.
 */
export function firstEvents(told: number | null, newest: Change): string {
  const first = told === newest.revision ? connected(newest.revision) : refetchEvent(newest);
  return `retry: ${RETRY_MS}\n${first}`;
}

/** A revision that clients are told of. */
export interface Change {
  readonly revision: number;
  /** When it was accepted, in milliseconds since the Unix epoch; `null`: not known here. */
  readonly acceptedAtMs: number | null;
}

/**
 * Tells a client to ask again. The id is what it is told of by this very event, so that one that
 * got no further than an earlier event is told again.
 */
export function refetchEvent({ revision, acceptedAtMs }: Change): string {
  const lastModified =
    acceptedAtMs === null ? {} : { lastModified: Math.floor(acceptedAtMs / 1_000) };
  return event(revision, { type: "refetchEvaluation", etag: String(revision), ...lastModified });
}

/**
 * Tells a client whose key has ended to ask again, and to learn that from the answer: the etag is of
 * no revision, so that no answer is given that is a moment old.
 */
export function farewellEvent(told: number): string {
  return event(told, { type: "refetchEvaluation", etag: "ended" });
}

/** A comment: it keeps the connection open where silence would close it. */
export const KEEP_ALIVE = ":\n\n";

/** Of a type that clients do not know and pass over. */
const connected = (revision: number): string => event(revision, { type: "connected" });

const event = (revision: number, data: object): string =>
  `id: ${revision}\nevent: message\ndata: ${JSON.stringify(data)}\n\n`;
