import { createControl } from "./app.ts";
import type { ControlEnv } from "./env.ts";
import { handleEventBatch } from "./events/queue-handler.ts";
import { handleSchedule, maintainBehind } from "./maintenance.ts";
import { PLATFORM_SOURCES } from "./sources.ts";

export { EventConsumer } from "./events/event-consumer.ts";

const control = createControl({
  ...PLATFORM_SOURCES,
  newRequestId: () => crypto.randomUUID(),
});

/** Answers everything that is not evaluation: management API, documentation. */
export const handleControlRequest = (
  request: Request,
  env: ControlEnv,
  ctx: ExecutionContext,
): Response | Promise<Response> => {
  maintainBehind(env, ctx);
  return control.fetch(request, env, ctx);
};

export default {
  fetch: handleControlRequest,
  queue: handleEventBatch,
  scheduled: handleSchedule,
} satisfies ExportedHandler<ControlEnv>;
