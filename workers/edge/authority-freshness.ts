import type { AuthorityApi } from "../../src/core/authority/authority-api.ts";
import type { EdgeEnv } from "./edge-env.ts";
import type { FreshnessSource } from "./ports.ts";

/**
 * Asks the environment's authority itself. A stub that has failed may stay broken, so that each
 * attempt takes a new one; a failed attempt is a rejected promise, whatever the reason.
 */
export function authorityFreshness(env: EdgeEnv): FreshnessSource {
  return {
    async changesSince(environmentId, since) {
      const stub = env.ENVIRONMENTS.getByName(environmentId);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the platform's RPC types do not end on recursive JSON; the class implements this
      const authority = stub as Pick<AuthorityApi, "changesSince">;
      return await authority.changesSince(since);
    },
  };
}
