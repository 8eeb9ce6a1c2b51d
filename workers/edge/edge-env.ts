import type { ObjectNamespace } from "../../src/core/object-namespace.ts";
import type { EventQueueEnv } from "../../src/adapters/queues/event-queue.ts";

/** The bindings that the edge uses; every Worker that serves edge paths has at least these. */
export interface EdgeEnv extends EventQueueEnv {
  /** The namespace that holds one authority for each environment, by the environment's id. */
  readonly ENVIRONMENTS: ObjectNamespace;
  /** The relays of all environments, by the names that `relayObjectName` gives. */
  readonly RELAYS: ObjectNamespace;
  readonly CONFIG: KVNamespace;
  /** Where clients reach the edge, if that is not what the URLs of its requests say. */
  readonly PUBLIC_ORIGIN?: string;
}
