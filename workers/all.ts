import { handleControlRequest } from "./control/index.ts";
import { handleEdgeRequest, isEdgePath } from "./edge/app.ts";

export { EnvironmentObject } from "../durable-objects/environment.ts";

/** Every part in one Worker: evaluation by its paths, the rest to control. */
export default {
  fetch: (request, env, ctx) =>
    isEdgePath(new URL(request.url).pathname)
      ? handleEdgeRequest(request, env, ctx)
      : handleControlRequest(request, env, ctx),
} satisfies ExportedHandler<Cloudflare.Env>;
