// The bindings of wrangler.toml. The all-in-one Worker has all of them; the split Workers have
// the slices that `EdgeEnv`, `ControlEnv` and `StateEnv` name beside their code.
declare namespace Cloudflare {
  interface Env {
    readonly ENVIRONMENTS: DurableObjectNamespace<
      import("../durable-objects/environment.ts").EnvironmentObject
    >;
    readonly RELAYS: DurableObjectNamespace<import("../durable-objects/relay.ts").RelayObject>;
    readonly RATE_LIMITS: DurableObjectNamespace<
      import("../durable-objects/rate-limit.ts").RateLimitObject
    >;
    readonly CONFIG: KVNamespace;
    readonly DB: D1Database;
    /** Which queue events take: `embedded` or `cloudflare`. */
    readonly EVENT_QUEUE: string;
    readonly EVENTS: Queue;
    readonly EMBEDDED_QUEUE: DurableObjectNamespace<
      import("../durable-objects/event-queue.ts").EventQueueObject
    >;
    /** Every event as it was taken, and messages that could not be counted. */
    readonly RAW_EVENTS: R2Bucket;
    /** Guards the management API until people and tokens exist. A secret, at least 32 characters. */
    readonly ADMIN_TOKEN: string;
  }
}

/** Bundled as text. */
declare module "*.html" {
  const text: string;
  export default text;
}
