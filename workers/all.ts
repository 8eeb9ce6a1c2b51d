export { EnvironmentObject } from "../durable-objects/environment.ts";

export default {
  fetch: () => new Response("not built yet", { status: 503 }),
} satisfies ExportedHandler;
