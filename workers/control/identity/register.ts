import type { Context, Hono } from "hono";
import { forgetAttempts } from "../../../src/app/identity/attempts.ts";
import { authenticateSession } from "../auth/session.ts";
import type { AppEnv } from "../http/app-env.ts";
import { parsed } from "../http/invalid.ts";
import { readJson } from "../http/json-body.ts";
import { checkOrigin } from "../http/origin-check.ts";
import { ProblemError } from "../http/problem.ts";
import { askLibrary, identityAnswer } from "./ask-library.ts";
import { demandAttempt, limitsOf } from "./count-attempts.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { nobodySignedIn } from "./library-problem.ts";
import { LIBRARY_ROUTES } from "./library-routes.ts";
import type { LibraryRoute } from "./library-routes.ts";
import { openAuth } from "./open-auth.ts";
import { registerOwnRoutes } from "./own-routes.ts";
import { registerPages } from "./pages.ts";
import { registerScim } from "./scim-routes.ts";
import { registerSso } from "./sso-routes.ts";
import { recordBy } from "./with-session.ts";

/** Signing in and what belongs to it, at `/api/auth`. */
export function registerIdentity(app: Hono<AppEnv>, deps: IdentityDeps): void {
  for (const route of LIBRARY_ROUTES) {
    app.post(`/api/auth${route.path}`, (c) => throughLibrary(c, route, deps));
  }
  registerOwnRoutes(app, deps);
  registerSso(app, deps);
  registerScim(app, deps);
  registerPages(app, deps);
}

async function throughLibrary(
  c: Context<AppEnv>,
  route: LibraryRoute,
  { services: servicesOf, log }: IdentityDeps,
): Promise<Response> {
  c.set("endpoint", `auth${route.path.replaceAll("/", ".")}`);
  const request = c.req.raw;
  checkOrigin(request, c.env);
  const services = servicesOf(c.env);
  const session = await authenticateSession(request, c.env, services);
  if (route.needsSession === true && session === undefined) throw nobodySignedIn();
  const body = parsed(route.body, (await readJson(request)) ?? {}, "body");
  const auth = await openAuth(c.env, services, log);

  const attempt = { request, env: c.env, body, session };
  const limited = route.counted === undefined ? [] : limitsOf(route.counted, attempt);
  if (route.counted === "message" && services.mailer.delivery === "none") throw noMessages();
  await demandAttempt(limited, services);
  const requestId = c.get("requestId");
  const said = await askLibrary({ path: route.path, body, request, requestId }, auth);
  await forgetAttempts(limited, services);
  if (route.action !== undefined && session !== undefined) {
    await recordBy(session, requestId, services, route.action);
  }
  return identityAnswer(route.answer(said.body), said.cookies);
}

const noMessages = () =>
  new ProblemError("identity.refused", {
    detail:
      "This installation sends no messages, so no link can reach you. Ask an administrator to " +
      "remove you and to invite you again.",
  });
