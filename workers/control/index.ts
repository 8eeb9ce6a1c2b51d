import { createControl } from "./app.ts";
import type { ControlEnv } from "./env.ts";

const control = createControl({
  now: () => Date.now(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  newRequestId: () => crypto.randomUUID(),
});

/** Answers everything that is not evaluation: management API, documentation. */
export const handleControlRequest = (
  request: Request,
  env: ControlEnv,
  ctx: ExecutionContext,
): Response | Promise<Response> => control.fetch(request, env, ctx);

export default { fetch: handleControlRequest } satisfies ExportedHandler<ControlEnv>;
