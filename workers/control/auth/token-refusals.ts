import type { TokenProblem } from "../../../src/core/access/token.ts";
import { ProblemError } from "../http/problem.ts";

type Why = TokenProblem | "unknown" | "revoked" | "expired" | "owner-inactive";

/** Only whoever holds the token itself learns that it is revoked, has expired or whose it was. */
const WORDS: Readonly<Record<Why, string>> = {
  "not-a-token":
    "The bearer token is none of this API: they begin with sym_, or are the installation's " +
    "ADMIN_TOKEN. Check for a missing character or another installation's token; an SDK key " +
    "(sy_…) evaluates flags and opens nothing here.",
  "cut-off": "The bearer token is cut off: it is shorter than a token is. Copy it whole.",
  "too-long": "The bearer token is longer than a token is. Copy it once, without anything around.",
  checksum: "The bearer token has a wrong character: its checksum does not fit. Copy it again.",
  unknown:
    "The bearer token is not known here. It may be another installation's; issue a new one here.",
  revoked: "The token is revoked. Use another one, or have a new one issued.",
  expired: "The token has expired. Use its replacement, or have a new one issued.",
  "owner-inactive":
    "The token's owner may do nothing any more: a service account that is disabled, or a person " +
    "who is deactivated or has left the organisation.",
};

/** The answer to a token that does not let anyone in. */
export const refused = (why: Why) =>
  unauthenticated(WORDS[why], { token: why }, ', error="invalid_token"');

/** The answer to a request without a token. */
export const required = (has: string) =>
  unauthenticated(
    `The request ${has} credentials. Send the header "authorization: Bearer <token>", or sign in.`,
    {},
    "",
  );

const unauthenticated = (detail: string, facts: Readonly<Record<string, string>>, error: string) =>
  new ProblemError("auth.required", {
    detail,
    facts,
    headers: { "www-authenticate": `Bearer realm="switchyard"${error}` },
  });

/** The answer while nobody has set the installation up. `shortest`: in characters. */
export function notConfigured(token: string | undefined, shortest: number): ProblemError {
  const is = token === undefined || token === "" ? "is not set" : "is too short";
  return new ProblemError("configuration.admin-token", {
    detail:
      `The secret ADMIN_TOKEN ${is}, so the management API stays shut. Set it to at least ` +
      `${shortest} random characters: "wrangler secret put ADMIN_TOKEN", or a line in ` +
      ".dev.vars for development.",
  });
}
