import { handleEdgeRequest } from "./app.ts";
import type { EdgeEnv } from "./edge-env.ts";

/** The edge Worker of the split deployment. */
export default {
  fetch: (request, env, context) => handleEdgeRequest(request, env, context),
} satisfies ExportedHandler<EdgeEnv>;
