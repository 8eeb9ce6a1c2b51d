import { exports } from "cloudflare:workers";
import { vi } from "vitest";
import type { RelayFrame } from "../../../src/core/streaming/frames.ts";
import { type SocketRequest, socketUrl } from "../../../src/core/streaming/socket-request.ts";
import type { RemoteRelay } from "../propagation/relays.ts";
import { PATIENCE_MS } from "../../patience.ts";

/** The reader's end of a socket: keeps what comes. */
export class Reader<Frame = any> {
  readonly texts: string[] = [];
  readonly socket: WebSocket;
  /** The code it was closed with, by either side. */
  closed: number | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.texts.push(String(data));
    });
    socket.addEventListener("close", ({ code }) => {
      this.closed = code;
    });
    socket.accept();
  }

  get frames(): readonly Frame[] {
    return this.texts.filter((text) => text.startsWith("{")).map((text) => JSON.parse(text));
  }

  /** Resolves with the frame of a number, the first is 0, when it has come. */
  async frame(index: number): Promise<Frame> {
    await this.until(() => this.frames.length > index);
    return this.frames[index]!;
  }

  async closedWith(): Promise<number> {
    await this.until(() => this.closed !== undefined);
    return this.closed!;
  }

  async until(condition: () => boolean): Promise<void> {
    await vi.waitUntil(condition, { timeout: PATIENCE_MS, interval: 2 });
  }
}

/** Asks a relay for a socket as the edge does. */
export async function knock(relay: RemoteRelay, asked: SocketRequest): Promise<Response> {
  return await relay.stub.fetch(socketUrl(asked), { headers: { upgrade: "websocket" } });
}

export async function openedAt(
  relay: RemoteRelay,
  asked: SocketRequest,
): Promise<Reader<RelayFrame & Record<string, any>>> {
  const { status, webSocket } = await knock(relay, asked);
  if (webSocket === null) throw new Error(`no socket: ${status}`);
  return new Reader(webSocket);
}

export const STREAM = "/sdk/v1/stream";

/** A request to the edge as it is deployed, in this isolate. */
export async function atEdge(path: string, headers: Record<string, string>): Promise<Response> {
  return await exports.default.fetch(new Request(`https://flags.example${path}`, { headers }));
}

/** Opens a stream at the edge. */
export async function streamAt(
  headers: Record<string, string>,
  path = STREAM,
): Promise<{ readonly response: Response; readonly reader: Reader }> {
  const response = await atEdge(path, { upgrade: "websocket", ...headers });
  if (response.webSocket === null) throw new Error(`no socket: ${response.status}`);
  return { response, reader: new Reader(response.webSocket) };
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
