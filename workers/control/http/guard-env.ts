import type { OriginEnv } from "./origin-check.ts";
import type { SignInLimitEnv } from "./rate-limit-sign-in.ts";

/** What the guards read of the bindings. */
export type GuardEnv = OriginEnv & SignInLimitEnv;
