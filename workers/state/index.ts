import type { StateEnv } from "../../durable-objects/environment.ts";
import type { RelayEnv } from "../../durable-objects/relay.ts";

export { EnvironmentObject } from "../../durable-objects/environment.ts";
export { RateLimitObject } from "../../durable-objects/rate-limit.ts";
export { RelayObject } from "../../durable-objects/relay.ts";

/** Others reach the objects by binding; over HTTP there is nothing here. */
export default {
  fetch: () => new Response("Not found\n", { status: 404 }),
} satisfies ExportedHandler<StateEnv & RelayEnv>;
