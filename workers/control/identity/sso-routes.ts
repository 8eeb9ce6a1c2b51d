import type { Context, Hono } from "hono";
import { z } from "zod";
import { samlMetadata } from "../../../src/adapters/auth/sso-saml.ts";
import { readBounded } from "../../../src/adapters/fetch/read-bounded.ts";
import { auditDraft } from "../../../src/app/audit/audit-trail.ts";
import { providerSignInAttempts } from "../../../src/app/identity/attempts.ts";
import {
  beginSignIn,
  finishSignIn,
  type FinishedSignIn,
  type RefusedSignIn,
} from "../../../src/app/identity/sign-in-by-provider.ts";
import type { AppEnv } from "../http/app-env.ts";
import { parsed } from "../http/invalid.ts";
import { readJson } from "../http/json-body.ts";
import { checkOrigin, ownOrigin } from "../http/origin-check.ts";
import { ProblemError } from "../http/problem.ts";
import { clientNetwork } from "../http/rate-limit-sign-in.ts";
import type { Services } from "../services.ts";
import { identityAnswer } from "./ask-library.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { demandAttempt } from "./count-attempts.ts";
import { openAuth } from "./open-auth.ts";
import { bindingCookie, bindingOf, forgottenBinding } from "./sso-cookie.ts";

/** A path of ours, and nothing that a browser would take for another site. */
const ReturnTo = z
  .string()
  .max(2_000)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, "must be a path such as /projects, on this site");

const Begin = z
  .strictObject({
    email: z.string().min(3).max(254).optional(),
    provider: z.string().min(1).max(64).optional(),
    returnTo: ReturnTo.default("/"),
  })
  .refine(
    ({ email, provider }) => email !== undefined || provider !== undefined,
    "give the e-mail address, or the id of the provider",
  );

/** More than any response of a provider has, in its form. */
const MOST_FORM_BYTES = 512 * 1_024;

/** Signing in through an organisation's identity provider. */
export function registerSso(app: Hono<AppEnv>, deps: IdentityDeps): void {
  app.post("/api/auth/sign-in/sso", (c) => begin(c, deps));
  app.get("/api/auth/sso/oidc/:provider", (c) =>
    finish(c, c.req.param("provider"), c.req.query(), deps),
  );
  app.post("/api/auth/sso/saml2/:provider", async (c) => {
    c.set("endpoint", "auth.sso.finish");
    const form = await readBounded(c.req.raw.body, MOST_FORM_BYTES);
    if (form === null) throw formTooLarge();
    const { SAMLResponse = "", RelayState = "" } = Object.fromEntries(new URLSearchParams(form));
    const answer = { SAMLResponse, state: RelayState };
    return finish(c, c.req.param("provider"), answer, deps);
  });
  app.get("/api/auth/sso/saml2/:provider/metadata", async (c) => {
    c.set("endpoint", "auth.sso.metadata");
    const found = await deps.services(c.env).signIns.providerById(c.req.param("provider"));
    if (found?.provider.settings.kind !== "saml") throw noProvider();
    const text = samlMetadata(found.provider.id, ownOrigin(c.req.raw, c.env));
    return new Response(text, { headers: { "content-type": "application/samlmetadata+xml" } });
  });
}

async function begin(c: Context<AppEnv>, deps: IdentityDeps): Promise<Response> {
  c.set("endpoint", "auth.sign-in.sso");
  checkOrigin(c.req.raw, c.env);
  const { email, provider, returnTo } = parsed(Begin, (await readJson(c.req.raw)) ?? {}, "body");
  const asked = { email: email ?? null, provider: provider ?? null, returnTo };
  const services = deps.services(c.env);
  const network = clientNetwork(c.req.raw, c.env);
  await demandAttempt(providerSignInAttempts(asked, network), services);
  const begun = await beginSignIn({ ...asked, origin: ownOrigin(c.req.raw, c.env) }, services);
  if (begun.ok) {
    const { url, binding, kind } = begun.value;
    return identityAnswer({ url }, [bindingCookie(binding, kind)]);
  }
  if (begun.error.kind === "no-provider") throw noProvider();
  throw new ProblemError("sign-in.provider-unreachable", {
    detail: `The identity provider cannot be used: ${begun.error.fault}. Ask its administrator.`,
  });
}

async function finish(
  c: Context<AppEnv>,
  provider: string,
  answer: Readonly<Record<string, string>>,
  deps: IdentityDeps,
): Promise<Response> {
  c.set("endpoint", "auth.sso.finish");
  const services = deps.services(c.env);
  const finished = await finishSignIn(
    {
      provider,
      state: answer["state"] ?? "",
      binding: bindingOf(c.req.raw.headers),
      origin: ownOrigin(c.req.raw, c.env),
      answer,
      requestId: c.get("requestId"),
    },
    services,
  );
  return finished.ok
    ? welcome(c, finished.value, services, deps)
    : turnedAway(c, finished.error, services);
}

async function welcome(
  c: Context<AppEnv>,
  { personId, organisationId, returnTo }: FinishedSignIn,
  services: Services,
  { log }: IdentityDeps,
): Promise<Response> {
  const auth = await openAuth(c.env, services, log);
  const headers = new Headers(c.req.raw.headers);
  headers.set("x-request-id", c.get("requestId"));
  const begun = await auth.library.api.beginProviderSession({
    body: { personId },
    headers,
    returnHeaders: true,
  });
  const { sessionId } = begun.response;
  await services.sessions.confine({ sessionId, personId }, organisationId);
  return sentTo(returnTo, [...begun.headers.getSetCookie(), forgottenBinding]);
}

/** To the page that tells why. The fragment, in which it stands, reaches no server and no log. */
async function turnedAway(
  c: Context<AppEnv>,
  { provider, why }: RefusedSignIn,
  { audit, now }: Services,
): Promise<Response> {
  if (provider !== null) {
    const { id, organisationId } = provider;
    const actor = { kind: "user", id: "unknown", name: "unknown" } as const;
    const caller = { organisationId, actor, reason: null, requestId: c.get("requestId") };
    await audit.record(
      auditDraft(caller, {
        action: "session.create",
        outcome: "refused",
        target: { kind: "session", id: "none", name: "unknown" },
        detail: { facts: { method: "/sso/callback", provider: id, why } },
        atMs: now(),
      }),
    );
  }
  return sentTo(`/welcome#refused=${encodeURIComponent(why)}`, [forgottenBinding]);
}

function sentTo(location: string, cookies: readonly string[]): Response {
  const headers = new Headers({ location, "cache-control": "no-store" });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  // After a POST of another site, too, the browser must ask by GET.
  return new Response(null, { status: 303, headers });
}

const formTooLarge = () =>
  new ProblemError("request.too-large", {
    detail:
      `The form has more than ${MOST_FORM_BYTES} bytes. Ask the provider's administrator to send ` +
      "fewer attributes.",
    facts: { limitBytes: MOST_FORM_BYTES },
  });

const noProvider = () =>
  new ProblemError("sign-in.no-provider", {
    detail:
      "No identity provider speaks for this address here, or it is switched off. Sign in with a " +
      "password, or ask an administrator of the organisation.",
  });
