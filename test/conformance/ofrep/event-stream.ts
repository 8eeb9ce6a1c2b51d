import { isRecord, type UnknownRecord } from "../../../src/core/json.ts";
import type { Answer } from "./answer.ts";
import { bodyOf } from "./answer.ts";
import { expectThat, Skipped } from "./check.ts";
import type { CallOptions } from "./client.ts";
import { EventReader } from "./event-reader.ts";
import type { Target } from "./target.ts";

/** What tells a browser from other clients. */
const ORIGIN = "https://shop.example";
const CONNECTING_MS = 10_000;

/** A bulk as a browser asks for it. */
export function browserBulk({ client }: Target, options: CallOptions = {}): Promise<Answer> {
  return client.bulk({ ...options, headers: { origin: ORIGIN, ...options.headers } });
}

/** Where a bulk answer sends its client; none: an empty list. */
export function streamsIn(answer: Answer): readonly UnknownRecord[] {
  const streams = bodyOf(answer)?.["eventStreams"];
  return Array.isArray(streams) ? streams.filter((stream) => isRecord(stream)) : [];
}

/** The address of the first stream of server-sent events, as a client finds it. */
export async function streamAddress(target: Target): Promise<string> {
  const streams = streamsIn(await browserBulk(target));
  const stream = streams.find(({ type }) => type === "sse");
  if (stream === undefined) throw new Skipped("the server offers browsers no event stream");
  const { url, endpoint } = stream;
  if (typeof url === "string") return url;
  expectThat(isRecord(endpoint), "an url or an endpoint", stream);
  const { origin = new URL(target.url).origin, requestUri } = endpoint;
  return new URL(String(requestUri), String(origin)).href;
}

export interface OpenStream {
  readonly status: number;
  readonly headers: Headers;
  readonly events: EventReader;
  readonly close: () => void;
}

/** Connects as a browser does, `lastEventId` as one that was there before. */
export async function openStream(address: string, lastEventId?: string): Promise<OpenStream> {
  const leaving = new AbortController();
  const connecting = setTimeout(() => leaving.abort(), CONNECTING_MS);
  const { status, headers, body } = await fetch(address, {
    headers: {
      accept: "text/event-stream",
      origin: ORIGIN,
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    },
    signal: leaving.signal,
  });
  clearTimeout(connecting);
  expectThat(status === 200 && body !== null, "200 and a body for a stream", status);
  const close = () => leaving.abort();
  return { status, headers: new Headers([...headers]), events: new EventReader(body), close };
}

/** The same, closed in any case. */
export async function withStream<T>(
  address: string,
  use: (stream: OpenStream) => Promise<T>,
  lastEventId?: string,
): Promise<T> {
  const stream = await openStream(address, lastEventId);
  try {
    return await use(stream);
  } finally {
    stream.close();
  }
}
