import { Hono } from "hono";
import type { Context } from "hono";
import { endpoints } from "../../src/contract/endpoints.ts";
import { authenticate as authenticateAny } from "./auth/authenticate.ts";
import type { Authenticate } from "./auth/credential.ts";
import { registerDocs } from "./docs/docs.ts";
import type { ControlEnv } from "./env.ts";
import { handlers } from "./handlers/handlers.ts";
import type { AppEnv } from "./http/app-env.ts";
import { problemOf } from "./http/failure.ts";
import { guarded } from "./http/guarded.ts";
import { SECURITY_HEADERS } from "./http/headers.ts";
import { consoleLog } from "./http/log.ts";
import type { Log } from "./http/log.ts";
import { registerOtherMethods } from "./http/other-methods.ts";
import { ProblemError, problemResponse } from "./http/problem.ts";
import { registerEndpoints } from "./http/register.ts";
import { registerIdentity } from "./identity/register.ts";
import { createServices } from "./services.ts";
import type { Services } from "./services.ts";
import type { Sources } from "./sources.ts";

export interface ControlDeps extends Sources {
  readonly newRequestId: () => string;
  readonly log?: Log;
  readonly authenticate?: Authenticate<ControlEnv>;
  /** Resolves after so many milliseconds. */
  readonly wait?: (ms: number) => Promise<void>;
  /** Stands between what the bindings give and the handlers, for tests of faults. */
  readonly services?: (env: ControlEnv) => Services;
}

/** The management API and its documentation. */
export function createControl(deps: ControlDeps): Hono<AppEnv> {
  const { newRequestId, log = consoleLog, wait = (ms) => scheduler.wait(ms) } = deps;
  const guards = { now: deps.now, log, wait };
  const authenticateAgain = deps.authenticate ?? authenticateAny;
  const authenticate = guarded(authenticateAgain, guards);
  const services = deps.services ?? ((env) => createServices(env, deps));
  const app = new Hono<AppEnv>();

  app.use("*", async (c, next) => {
    const startedMs = deps.now();
    c.set("requestId", newRequestId());
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!c.res.headers.has(name)) c.header(name, value);
    }
    c.header("x-request-id", c.get("requestId"));
    log("info", "request", {
      requestId: c.get("requestId"),
      endpoint: c.get("endpoint") ?? null,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      durationMs: deps.now() - startedMs,
    });
  });

  const routeDeps = { authenticate, authenticateAgain, services, newRequestId, wait };
  registerEndpoints(app, endpoints, handlers, routeDeps);
  registerOtherMethods(app, endpoints, { authenticate, services });
  registerDocs(app);
  registerIdentity(app, { services, log });

  const answer = (error: unknown, c: Context<AppEnv>) => {
    const { pathname, origin } = new URL(c.req.url);
    const id = c.get("requestId");
    return problemResponse(problemOf(error, id, log), { path: pathname, origin, id });
  };
  app.onError(answer);
  app.notFound((c) => answer(nothingAt(c.req.url), c));
  return app;
}

const nothingAt = (url: string) =>
  new ProblemError("route.not-found", {
    detail: `Nothing is at ${new URL(url).pathname}. ${new URL(url).origin}/api/docs lists what is.`,
  });
