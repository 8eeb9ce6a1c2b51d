import { env } from "cloudflare:workers";
import { createControl } from "../../../workers/control/app.ts";
import type { ControlDeps } from "../../../workers/control/app.ts";
import type { ControlEnv } from "../../../workers/control/env.ts";
import { createServices } from "../../../workers/control/services.ts";
import type { Services } from "../../../workers/control/services.ts";
import type { Sources } from "../../../workers/control/sources.ts";

export const sources: Sources = {
  now: () => Date.now(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** The app with something of it replaced, and the log lines it writes. */
export function appWith(changed: Partial<ControlDeps>, bindings: ControlEnv = env) {
  const lines: { level: string; event: string; fields: object }[] = [];
  const app = createControl({
    ...sources,
    newRequestId: () => crypto.randomUUID(),
    log: (level, event, fields) => lines.push({ level, event, fields }),
    ...changed,
  });
  return { lines, fetch: (request: Request) => app.fetch(request, bindings) };
}

/** The app with some of its services replaced. */
export const appWithServices = (replaced: Partial<Services>) =>
  appWith({ services: (bindings) => ({ ...createServices(bindings, sources), ...replaced }) });
