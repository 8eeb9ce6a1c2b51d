// The bindings of wrangler.toml. The all-in-one Worker has all of them; the split Workers have
// the slices that `EdgeEnv`, `ControlEnv` and `StateEnv` name beside their code.
declare namespace Cloudflare {
  interface Env {
    readonly ENVIRONMENTS: DurableObjectNamespace<
      import("../durable-objects/environment.ts").EnvironmentObject
    >;
    readonly CONFIG: KVNamespace;
    readonly DB: D1Database;
    /** Guards the management API until people and tokens exist. A secret, at least 32 characters. */
    readonly ADMIN_TOKEN: string;
  }
}

/** Bundled as text. */
declare module "*.html" {
  const text: string;
  export default text;
}
