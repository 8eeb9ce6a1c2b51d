import { objectNamed } from "../../src/core/object-namespace.ts";
import type { RelayApi } from "../../src/core/propagation/messages.ts";
import { relayObjectName } from "../../src/core/propagation/relay-address.ts";
import type { EdgeEnv } from "./edge-env.ts";
import type { HomeRegion } from "./home-region.ts";
import type { FreshnessSource } from "./ports.ts";

/**
 * Asks the relay of a region; a region's first question makes its relay, there. A stub that has
 * failed may stay broken, so that each attempt takes a new one; a failed attempt is a rejected
 * promise, whatever the reason.
 */
export function relayFreshness(env: EdgeEnv, home: HomeRegion, request: Request): FreshnessSource {
  return {
    async changesSince(environmentId, since, relayShards) {
      const region = home.seenFrom(request);
      const shard = home.shard(relayShards);
      const name = relayObjectName(environmentId, { region, shard });
      const hint = region === "local" ? undefined : { locationHint: region };
      const relay = objectNamed<Pick<RelayApi, "changesSince">>(env.RELAYS, name, hint);
      return await relay.changesSince(since);
    },
  };
}
