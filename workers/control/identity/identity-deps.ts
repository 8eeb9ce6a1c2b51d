import type { ControlEnv } from "../env.ts";
import type { Log } from "../http/log.ts";
import type { Services } from "../services.ts";

export interface IdentityDeps {
  readonly services: (env: ControlEnv) => Services;
  readonly log: Log;
}
