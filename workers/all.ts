import control, { handleControlRequest } from "./control/index.ts";
import { handleEdgeRequest } from "./edge/app.ts";
import { edgePathOf } from "./edge/edge-path.ts";

export { EnvironmentObject } from "../durable-objects/environment.ts";
export { EventQueueObject } from "../durable-objects/event-queue.ts";
export { RateLimitObject } from "../durable-objects/rate-limit.ts";
export { RelayObject } from "../durable-objects/relay.ts";
export { EventConsumer } from "./control/index.ts";

/** Every part in one Worker: evaluation by its paths, the rest to control. */
export default {
  fetch: (request, env, ctx) => {
    const { url } = request;
    return edgePathOf(url).isForEdge
      ? handleEdgeRequest(request, env, ctx, url)
      : handleControlRequest(request, env, ctx);
  },
  queue: control.queue,
  scheduled: control.scheduled,
} satisfies ExportedHandler<Cloudflare.Env>;
