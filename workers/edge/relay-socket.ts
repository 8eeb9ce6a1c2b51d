import type { EnvironmentId } from "../../src/core/brand.ts";
import { objectNamed } from "../../src/core/object-namespace.ts";
import { type Region, relayObjectName } from "../../src/core/propagation/relay-address.ts";
import { shardOf } from "../../src/core/propagation/shard-of.ts";
import { type SocketRequest, socketUrl } from "../../src/core/streaming/socket-request.ts";
import type { EdgeEnv } from "./edge-env.ts";

/** Where streams of an environment's changes come from: the relays nearby. Made for each request. */
export interface StreamSource {
  /**
   * Opens a socket for a reader whose key is good. Each call draws one of the region's relays. The
   * socket is to be accepted, or handed over as it is; it is closed with a code of `CLOSE` when the
   * key ends. Rejects when no relay opens one now.
   */
  open(
    environmentId: EnvironmentId,
    relayShards: number | undefined,
    request: SocketRequest,
  ): Promise<WebSocket>;
}

export function relayStreams(env: EdgeEnv, regionNow: () => Region): StreamSource {
  return {
    async open(environmentId, relayShards, request) {
      const region = regionNow();
      const address = { region, shard: shardOf(Math.random(), relayShards) };
      const hint = region === "local" ? undefined : { locationHint: region };
      const name = relayObjectName(environmentId, address);
      const relay = objectNamed<Pick<Fetcher, "fetch">>(env.RELAYS, name, hint);
      const answer = await relay.fetch(socketUrl(request), { headers: { upgrade: "websocket" } });
      if (answer.webSocket !== null) return answer.webSocket;
      throw new Error(`relay ${name} opens no socket: status ${answer.status}`);
    },
  };
}
