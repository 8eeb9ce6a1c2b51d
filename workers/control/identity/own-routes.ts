import type { Context, Hono } from "hono";
import { z } from "zod";
import { acceptInvitation } from "../../../src/app/identity/accept-invitation.ts";
import type { AcceptProblem } from "../../../src/app/identity/accept-invitation.ts";
import { PASSWORD } from "../../../src/app/identity/password.ts";
import { assertNever } from "../../../src/core/result.ts";
import { authenticateSession } from "../auth/session.ts";
import type { AppEnv } from "../http/app-env.ts";
import { parsed } from "../http/invalid.ts";
import { readJson } from "../http/json-body.ts";
import { checkOrigin } from "../http/origin-check.ts";
import { ProblemError } from "../http/problem.ts";
import type { Services } from "../services.ts";
import { identityAnswer } from "./ask-library.ts";
import { beginSession } from "./begin-session.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { openAuth } from "./open-auth.ts";
import { recordBy, sessionOf } from "./with-session.ts";

/** What is ours beside the library's routes: one's own sessions, organisations, and coming in. */
export function registerOwnRoutes(app: Hono<AppEnv>, deps: IdentityDeps): void {
  const own =
    (
      id: string,
      work: (c: Context<AppEnv>, services: Services) => Promise<Response>,
    ): ((c: Context<AppEnv>) => Promise<Response>) =>
    (c) => {
      c.set("endpoint", `auth.${id}`);
      checkOrigin(c.req.raw, c.env);
      return work(c, deps.services(c.env));
    };
  app.get("/api/auth/session", own("session", currentSession));
  app.get("/api/auth/sessions", own("sessions", listSessions));
  app.post("/api/auth/sessions/end-others", own("sessions.end-others", endOthers));
  app.post("/api/auth/sessions/:session/end", own("sessions.end", endSession));
  app.post("/api/auth/organisation", own("organisation", enterOrganisation));
  app.post(
    "/api/auth/invitations/accept",
    own("invitations.accept", (c, services) => accept(c, services, deps)),
  );
}

async function currentSession(c: Context<AppEnv>, services: Services): Promise<Response> {
  const { personId, ...session } = await sessionOf(c, services);
  const { sessionId, name, email, twoFactorEnabled, organisationId } = session;
  return identityAnswer({
    id: sessionId,
    person: { id: personId, name, email, twoFactorEnabled },
    organisationId,
    organisations: await services.sessions.organisations(personId),
  });
}

async function listSessions(c: Context<AppEnv>, services: Services): Promise<Response> {
  const { personId, sessionId } = await sessionOf(c, services);
  const sessions = await services.sessions.list(personId, services.now());
  return identityAnswer({
    items: sessions.map((session) => ({ ...session, current: session.id === sessionId })),
  });
}

async function endSession(c: Context<AppEnv>, services: Services): Promise<Response> {
  const session = await sessionOf(c, services);
  const id = c.req.param("session") ?? "";
  if (!(await services.sessions.end(session.personId, id))) {
    throw new ProblemError("session.not-found", { detail: `No session of yours is "${id}".` });
  }
  const target = { kind: "session", id, name: session.email };
  await recordBy(session, c.get("requestId"), services, "session.end", { target });
  return identityAnswer({});
}

async function endOthers(c: Context<AppEnv>, services: Services): Promise<Response> {
  const session = await sessionOf(c, services);
  const ended = await services.sessions.endAll(session.personId, session.sessionId);
  const detail = { facts: { ended } };
  await recordBy(session, c.get("requestId"), services, "session.end-others", { detail });
  return identityAnswer({ ended });
}

const EnterBody = z.strictObject({ organisationId: z.string().min(1).max(64) });

async function enterOrganisation(c: Context<AppEnv>, services: Services): Promise<Response> {
  const session = await sessionOf(c, services);
  const { organisationId } = parsed(EnterBody, (await readJson(c.req.raw)) ?? {}, "body");
  if (await services.sessions.enter(session, organisationId))
    return identityAnswer({ organisationId });
  throw new ProblemError("organisation.not-found", {
    detail:
      `You are a member of no organisation "${organisationId}", or signed in by the identity ` +
      "provider of another one: to enter this one, sign in with the password, which a reset can set.",
  });
}

const AcceptBody = z.strictObject({
  token: z.string().regex(/^[0-9a-f]{64}$/, "is not the secret of a link"),
  name: z.string().max(200).optional(),
  email: z.string().max(254).optional(),
  password: z.string().max(PASSWORD.longest).optional(),
});

async function accept(
  c: Context<AppEnv>,
  services: Services,
  { log }: IdentityDeps,
): Promise<Response> {
  const request = c.req.raw;
  const requestId = c.get("requestId");
  const auth = await openAuth(c.env, services, log);
  const { token, name, email, password } = parsed(
    AcceptBody,
    (await readJson(request)) ?? {},
    "body",
  );
  const session = await authenticateSession(request, c.env, services);
  const { hashPassword } = auth;
  const accepted = await acceptInvitation(
    { token, session, name, email, password, requestId },
    { ...services, hashPassword },
  );
  if (!accepted.ok) throw acceptProblem(accepted.error);
  const { invitation, personId, isNew } = accepted.value;
  if (!isNew) return identityAnswer({ personId });
  const { organisationId } = invitation;
  const person = { personId, email: accepted.value.email, organisationId };
  const signIn = { ...person, method: "invitation", request, requestId };
  return identityAnswer({ personId }, [await beginSession(signIn, c.env, services)]);
}

function acceptProblem(problem: AcceptProblem): ProblemError {
  switch (problem.kind) {
    case "link-void":
      return new ProblemError("link.void", { detail: WHY_VOID[problem.state] });
    case "link-of-another":
      return new ProblemError("link.of-another", {
        detail: `You are signed in as ${problem.email}, and the invitation is for another address.`,
      });
    case "sign-in-first":
      return new ProblemError("link.sign-in-first", {
        detail: `${problem.email} has an account here. Sign in with it, and open the link again.`,
      });
    case "detail-missing":
      return new ProblemError("identity.refused", {
        detail: `"${problem.field}" is missing. A new person gives a name and a password.`,
      });
    case "email-invalid":
      return new ProblemError("identity.refused", {
        detail: `"${problem.email}" is no e-mail address. It looks like name@example.com.`,
      });
    case "password-length":
      return new ProblemError("password.length", {
        detail:
          `The password has ${problem.length} characters; ${PASSWORD.shortest} to ` +
          `${PASSWORD.longest} are needed. A few words in a row are easy to remember.`,
      });
    default:
      return assertNever(problem);
  }
}

const AGAIN = "Ask whoever sent it for another; a first owner's is printed at each start.";
const WHY_VOID = {
  unknown: `No such link was made, or a part of it is missing. ${AGAIN}`,
  accepted: `The link was used already. ${AGAIN}`,
  cancelled: `The link was replaced or cancelled. ${AGAIN}`,
  expired: `The link has expired. ${AGAIN}`,
  open: "The link could not be used just now. Try again.",
} as const;
