import type { EventQueueEnv } from "../../src/adapters/queues/event-queue.ts";

/** The bindings that the edge uses; every Worker that serves edge paths has at least these. */
export interface EdgeEnv extends EventQueueEnv {
  /** The namespace that holds one authority for each environment, by the environment's id. */
  readonly ENVIRONMENTS: { getByName(environmentId: string): unknown };
  readonly CONFIG: KVNamespace;
}
