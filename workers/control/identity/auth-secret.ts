import { ProblemError } from "../http/problem.ts";

const SHORTEST_SECRET = 32;

/** The secret that signs cookies; throws a `ProblemError` when there is none to speak of. */
export function authSecretOf({ AUTH_SECRET: secret = "" }: { readonly AUTH_SECRET?: string }) {
  if (secret.length >= SHORTEST_SECRET) return secret;
  throw new ProblemError("configuration.auth-secret", {
    detail:
      `The secret AUTH_SECRET ${secret === "" ? "is not set" : "is too short"}, so nobody can ` +
      `sign in. Set it to at least ${SHORTEST_SECRET} random characters: "wrangler secret put ` +
      'AUTH_SECRET", or a line in .dev.vars for development. Tokens work without it.',
  });
}
