import type { Authenticate } from "../auth/credential.ts";
import type { GuardEnv } from "./guard-env.ts";
import { checkOrigin } from "./origin-check.ts";
import { ProblemError } from "./problem.ts";
import { takeForRequest } from "./rate-limit.ts";
import type { RateLimitDeps } from "./rate-limit.ts";
import { SignInLimit } from "./rate-limit-sign-in.ts";

export interface GuardDeps extends RateLimitDeps {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/**
 * The same, and what stands around it for every request: guessing is slowed, a session's request
 * must come from our own pages, and nobody asks for more than their share.
 */
export function guarded<Env extends GuardEnv>(
  authenticate: Authenticate<Env>,
  deps: GuardDeps,
): Authenticate<Env> {
  const signIns = new SignInLimit(deps.now, deps);
  return async (request, env, services) => {
    signIns.demandPatience(request, env);
    const credential = await authenticate(request, env, services).catch(async (error: unknown) => {
      if (isWrong(error)) await signIns.failed(request, env);
      throw error;
    });
    signIns.worked(request);
    if (!hasBearer(request)) checkOrigin(request, env);
    const { id: credentialId, organisationId } = credential;
    await takeForRequest({ credentialId, organisationId }, env, deps);
    return credential;
  };
}

const isWrong = (error: unknown) => error instanceof ProblemError && error.code === "auth.required";

/** No browser sends such a header by itself, and no page can make it do so for another site. */
const hasBearer = ({ headers }: Request) => /^Bearer +\S/i.test(headers.get("authorization") ?? "");
