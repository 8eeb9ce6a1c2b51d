import type { Principal } from "../../../src/app/access/principal.ts";
import type { Caller } from "../../../src/app/caller.ts";
import { findServiceAccount } from "../../../src/app/service-accounts/find-service-account.ts";
import { issueToken } from "../../../src/app/tokens/issue-token.ts";
import { findToken } from "../../../src/app/tokens/new-token.ts";
import { revokeToken } from "../../../src/app/tokens/revoke-token.ts";
import { rotateToken } from "../../../src/app/tokens/rotate-token.ts";
import type { HandedToken, Token } from "../../../src/app/tokens/token.ts";
import type { Scope } from "../../../src/core/access/scopes.ts";
import { ProblemError } from "../http/problem.ts";
import { granted } from "../http/token-problem.ts";
import type { Services } from "../services.ts";
import { withReason } from "./call.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

/** When a token was issued, and its id. */
const PLACES = /^\d{1,16}\.[0-9a-z]{16}$/;

function toResponse(token: Token) {
  const { owner: _, hash: __, ...shown } = token;
  return shown;
}

const answer = (token: Token) => ({ body: toResponse(token), version: token.version });

/** A use changes the token without a new version. */
const live = (token: Token) => ({ ...answer(token), live: true as const });

const SHOWN_ONCE = "Keep the secret now: it is shown this once and stored nowhere.";
const SHOWN_BEFORE =
  "This repeats an earlier request, whose answer showed the secret. It is stored nowhere; if it " +
  "is lost, rotate the token to get a new one.";

function handed({ token, secret }: HandedToken) {
  const shown = toResponse(token);
  const replay = { ...shown, secret: null, note: SHOWN_BEFORE };
  const body = secret === null ? replay : { ...shown, secret, note: SHOWN_ONCE };
  return { body, replay, version: token.version, replayed: secret === null };
}

async function page(owner: Principal, query: Parameters<typeof keyPageRequest>[0], to: Services) {
  return { body: keyPage(await to.tokens.list(owner, keyPageRequest(query, PLACES)), toResponse) };
}

/**
 * The caller as the owner of tokens. A token that was issued for less than everything manages other
 * tokens only if it was issued for that.
 */
function oneself({ actor, organisationId, access }: Caller, scope: Scope): Principal {
  if (access.ceiling !== null && !access.ceiling.includes(scope)) {
    throw new ProblemError("auth.scope-missing", {
      detail:
        `This token was not issued for ${scope}, without which it manages no tokens. Sign in, or ` +
        "use a token that has it.",
      facts: { scope, because: "beyond-token" },
    });
  }
  return { kind: "person", id: actor.id, organisationId };
}

async function account(
  id: string,
  { organisationId }: Caller,
  services: Services,
): Promise<Principal> {
  granted(await findServiceAccount(organisationId, id, services));
  return { kind: "service", id, organisationId };
}

export const tokenHandlers: HandlersOf<"my-tokens" | "service-tokens"> = {
  "my-tokens.list": ({ query, caller }, services) =>
    page(oneself(caller, "tokens:read"), query, services),

  "my-tokens.issue": async ({ body, caller }, services) => {
    const { name, scopes, expiresAt } = body;
    const owner = oneself(caller, "tokens:write");
    const input = { owner, name, scopes, expiresAtMs: expiresAt, caller };
    return handed(granted(await issueToken(input, services)));
  },

  "my-tokens.get": async ({ params, caller }, services) =>
    live(granted(await findToken(oneself(caller, "tokens:read"), params.token, services))),

  "my-tokens.rotate": async ({ params, body, expectedVersion, caller }, services) => {
    const { overlapMs, expiresAt: expiresAtMs } = body;
    const owner = oneself(caller, "tokens:write");
    const input = { ...params, owner, overlapMs, expiresAtMs, expectedVersion };
    return handed(
      granted(await rotateToken({ ...input, caller: withReason(caller, body) }, services)),
    );
  },

  "my-tokens.revoke": async ({ params, body, expectedVersion, caller }, services) => {
    const owner = oneself(caller, "tokens:write");
    const input = { ...params, owner, expectedVersion, caller: withReason(caller, body) };
    return answer(granted(await revokeToken(input, services)));
  },

  "service-tokens.list": async ({ params, query, caller }, services) =>
    page(await account(params.serviceAccount, caller, services), query, services),

  "service-tokens.issue": async ({ params, body, caller }, services) => {
    const { name, scopes, expiresAt } = body;
    const owner = await account(params.serviceAccount, caller, services);
    const input = { owner, name, scopes, expiresAtMs: expiresAt, caller };
    return handed(granted(await issueToken(input, services)));
  },

  "service-tokens.get": async ({ params, caller }, services) => {
    const owner = await account(params.serviceAccount, caller, services);
    return live(granted(await findToken(owner, params.token, services)));
  },

  "service-tokens.rotate": async ({ params, body, expectedVersion, caller }, services) => {
    const { overlapMs, expiresAt: expiresAtMs } = body;
    const owner = await account(params.serviceAccount, caller, services);
    const input = { token: params.token, owner, overlapMs, expiresAtMs, expectedVersion };
    return handed(
      granted(await rotateToken({ ...input, caller: withReason(caller, body) }, services)),
    );
  },

  "service-tokens.revoke": async ({ params, body, expectedVersion, caller }, services) => {
    const owner = await account(params.serviceAccount, caller, services);
    const input = { token: params.token, owner, expectedVersion };
    return answer(
      granted(await revokeToken({ ...input, caller: withReason(caller, body) }, services)),
    );
  },
};
