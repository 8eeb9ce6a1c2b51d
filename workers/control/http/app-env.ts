import type { ControlEnv } from "../env.ts";

/** What Hono carries with each request. */
export interface AppEnv {
  readonly Bindings: ControlEnv;
  readonly Variables: {
    /** Names the request in answers and logs. */
    requestId: string;
    /** Id of the endpoint, for the log. */
    endpoint?: string;
  };
}
