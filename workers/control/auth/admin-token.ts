import { SCOPES } from "../../../src/contract/scopes.ts";
import type { Scope } from "../../../src/contract/scopes.ts";
import type { ControlEnv } from "../env.ts";
import { ProblemError } from "../http/problem.ts";
import type { Credential } from "./credential.ts";

const SHORTEST_TOKEN = 32;

const isScope = (name: string): name is Scope => Object.hasOwn(SCOPES, name);

const ADMIN: Credential = {
  id: "admin-token",
  organisationId: "default",
  actor: { kind: "service", id: "admin-token", name: "admin token" },
  scopes: new Set(Object.keys(SCOPES).filter(isScope)),
};

/** The one secret of an installation allows everything; without it nothing is allowed. */
export async function authenticateAdmin(request: Request, env: ControlEnv): Promise<Credential> {
  const token = env.ADMIN_TOKEN;
  if (token === undefined || token.length < SHORTEST_TOKEN) throw notConfigured(token);
  const header = request.headers.get("authorization");
  const given = header === null ? undefined : /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (given === undefined) throw required(header === null ? "has no" : "has no usable");
  if (!(await isEqual(given, token))) {
    throw unauthenticated(
      "The bearer token is not the admin token of this installation. Check for a missing " +
        "character or another installation's token.",
    );
  }
  return ADMIN;
}

/** Compares hashes, so that the time it takes says nothing about the token. */
async function isEqual(given: string, expected: string): Promise<boolean> {
  const [a, b] = await Promise.all([given, expected].map(digest));
  return a !== undefined && b !== undefined && crypto.subtle.timingSafeEqual(a, b);
}

const digest = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));

const required = (has: string) =>
  unauthenticated(
    `The request ${has} credentials. Send the header "authorization: Bearer <admin token>".`,
  );

const unauthenticated = (detail: string) =>
  new ProblemError("auth.required", {
    detail,
    headers: { "www-authenticate": 'Bearer realm="switchyard"' },
  });

function notConfigured(token: string | undefined): ProblemError {
  const is = token === undefined || token === "" ? "is not set" : "is too short";
  return new ProblemError("configuration.admin-token", {
    detail:
      `The secret ADMIN_TOKEN ${is}, so the management API stays shut. Set it to at least ` +
      `${SHORTEST_TOKEN} random characters: "wrangler secret put ADMIN_TOKEN", or a line in ` +
      ".dev.vars for development.",
  });
}
