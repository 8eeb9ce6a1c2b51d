import type { StateEnv } from "../../durable-objects/environment.ts";

export { EnvironmentObject } from "../../durable-objects/environment.ts";

/** Others reach the objects by binding; over HTTP there is nothing here. */
export default {
  fetch: () => new Response("Not found\n", { status: 404 }),
} satisfies ExportedHandler<StateEnv>;
