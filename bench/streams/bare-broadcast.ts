import { Log, LogLevel, Miniflare } from "miniflare";

/**
 * The floor: one object that can sleep, holding sockets, and sending what it is posted to all of
 * them. The same runtime as the product's, and nothing of the product.
 */
export interface BareBroadcast {
  readonly url: string;
  /** Sends a frame with the revision, as long as the product's, to all sockets. */
  send(revision: number): Promise<void>;
  stop(): Promise<void>;
}

const WORKER = `
import { DurableObject } from "cloudflare:workers";

export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }
  async fetch(request) {
    if (request.method === "POST") {
      const text = await request.text();
      for (const socket of this.ctx.getWebSockets()) socket.send(text);
      return new Response();
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.send('{"type":"current","revision":0}');
    return new Response(null, { status: 101, webSocket: client });
  }
}

export default {
  fetch: (request, env) => env.ROOM.getByName("room").fetch(request),
};
`;

export async function startBareBroadcast(frameLength: number): Promise<BareBroadcast> {
  const runtime = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    logRequests: false,
    log: new Log(LogLevel.ERROR),
    workers: [
      {
        config: {
          name: "bare",
          compatibilityDate: "2026-10-20",
          manifest: {
            mainModule: "index.js",
            modules: { "index.js": { type: "esm", contents: WORKER } },
          },
          exports: { Room: { type: "durable-object", storage: "sqlite" } },
          env: { ROOM: { type: "durable-object", exportName: "Room", worker: "bare" } },
        },
        dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
      },
    ],
  });
  await runtime.ready;
  const { origin } = await runtime.unsafeGetDirectURL();
  return {
    url: origin,
    send: async (revision) => {
      const frame = { type: "delta", revision, pad: "x".repeat(frameLength) };
      await fetch(origin, { method: "POST", body: JSON.stringify(frame) });
    },
    stop: () => runtime.dispose(),
  };
}
