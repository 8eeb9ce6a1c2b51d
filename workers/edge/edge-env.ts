import type { Region } from "../../src/core/propagation/relay-address.ts";
import type { EventQueueEnv } from "../../src/adapters/queues/event-queue.ts";

type LocationHint = Exclude<Region, "local">;

/** The bindings that the edge uses; every Worker that serves edge paths has at least these. */
export interface EdgeEnv extends EventQueueEnv {
  /** The namespace that holds one authority for each environment, by the environment's id. */
  readonly ENVIRONMENTS: { getByName(environmentId: string): unknown };
  /** The relays of all environments, by the names that `relayObjectName` gives. */
  readonly RELAYS: {
    getByName(name: string, options?: { readonly locationHint: LocationHint }): unknown;
  };
  readonly CONFIG: KVNamespace;
}
