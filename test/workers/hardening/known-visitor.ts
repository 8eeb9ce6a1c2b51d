import { env } from "cloudflare:workers";
import type { Authenticate } from "../../../workers/control/auth/credential.ts";
import { authenticateToken } from "../../../workers/control/auth/management-token.ts";
import type { ControlEnv } from "../../../workers/control/env.ts";
import { ProblemError } from "../../../workers/control/http/problem.ts";

const SESSION = "__Host-session=a-session-of-the-owner";

/**
 * Stands for the ways to sign in: `Bearer <name>` of a credential `<name>`, and a cookie as a
 * browser sends it. Whoever it is may do what the admin may, in the organisation that is given.
 */
export const visitorsOf =
  (organisationId?: string): Authenticate<ControlEnv> =>
  async (request, _, services) => {
    const headers = { authorization: `Bearer ${env.ADMIN_TOKEN}` };
    const admin = await authenticateToken(new Request(request.url, { headers }), env, services);
    const token = /^Bearer good-(\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    const isSession = request.headers.get("cookie") === SESSION;
    if (token === undefined && !isSession) {
      throw new ProblemError("auth.required", { detail: "Nobody is known by that." });
    }
    return {
      ...admin,
      id: token ?? "session",
      organisationId: organisationId ?? admin.organisationId,
    };
  };

export const withSession = { cookie: SESSION };
