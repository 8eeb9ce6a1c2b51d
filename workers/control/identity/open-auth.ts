import type { Auth } from "../../../src/adapters/auth/create-auth.ts";
import type { Log } from "../http/log.ts";
import type { Services } from "../services.ts";
import { authSecretOf } from "./auth-secret.ts";
import type { IdentityEnv } from "./identity-env.ts";

/** One for each set of bindings that an isolate has seen, which is one but for tests. */
const opened = new WeakMap<IdentityEnv, Auth>();

/** The library, loaded when somebody first needs it in this isolate. */
export async function openAuth(env: IdentityEnv, services: Services, log: Log): Promise<Auth> {
  const known = opened.get(env);
  if (known !== undefined) return known;
  const secret = authSecretOf(env);
  const { createAuth } = await import("../../../src/adapters/auth/create-auth.ts");
  const onError = (message: string) => log("error", "auth.library", { message });
  const auth = createAuth(env, { ...services, secret, onError });
  // Only what has finished is shared: another request must not wait for the work of this one.
  await auth.library.$context;
  opened.set(env, auth);
  return auth;
}
