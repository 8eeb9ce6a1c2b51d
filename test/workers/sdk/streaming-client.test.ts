import { exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { compileRe2 } from "../../../src/adapters/patterns/re2.ts";
import type { StreamSocket } from "../../../src/sdk/core/ports.ts";
import {
  createStreamingClient,
  type StreamingClient,
} from "../../../src/sdk/core/streaming-client.ts";
import { flag } from "../../unit/workers/edge/flags.ts";
import { Tenant } from "../edge/an-edge.ts";
import { PATIENCE_MS } from "../../patience.ts";

const ORIGIN = "https://flags.example";
const user = { targetingKey: "user-1" };

/** A socket to the edge in this isolate, which no address leads to. */
class EdgeSocket implements StreamSocket {
  readonly #opening: Promise<WebSocket>;

  constructor(url: string, protocols: string[]) {
    const headers = { upgrade: "websocket", "sec-websocket-protocol": protocols.join(", ") };
    const request = new Request(url.replace("wss:", "https:"), { headers });
    this.#opening = exports.default.fetch(request).then(({ webSocket }) => webSocket!);
    void this.#opening.then((socket) => setTimeout(() => socket.accept(), 0));
  }

  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: any) => void) {
    void this.#opening.then((socket) => {
      if (type === "open") listener({});
      else socket.addEventListener(type, listener);
    });
  }

  send(text: string): void {
    void this.#opening.then((socket) => socket.send(text));
  }

  close(code?: number): void {
    void this.#opening.then((socket) => socket.close(code));
  }
}

const variationOf = (client: StreamingClient) => {
  const answer = client.evaluate("new-nav", user);
  return answer.kind === "served" ? answer.variation : answer.kind;
};

describe("a streaming client in a Worker", () => {
  it.each([
    ["by socket", EdgeSocket],
    ["over HTTP", null],
  ])("holds what its environment serves, %s, and believes its signature", async (_, webSocket) => {
    const tenant = await Tenant.with(flag("new-nav"));
    const refused: unknown[] = [];
    const client = createStreamingClient({
      baseUrl: ORIGIN,
      sdkKey: tenant.server,
      compilePattern: compileRe2,
      webSocket,
      fetch: (url, init) => exports.default.fetch(new Request(url, init)),
      backoff: { baseMs: 20, mostMs: 100 },
      onEvent: (event) => event.type === "refused" && refused.push(event),
    });
    try {
      expect(await client.waitUntilReady(5_000)).toBe("READY");
      expect(variationOf(client)).toBe("on");
      const kill = { kind: "flag.kill", key: "new-nav", variation: "off" } as const;
      await tenant.environment.do(kill, { reason: "It hurts." });
      await vi.waitUntil(() => variationOf(client) === "off", {
        timeout: PATIENCE_MS,
        interval: 5,
      });
      expect(refused).toEqual([]);
    } finally {
      client.close();
    }
  });
});
