declare namespace Cloudflare {
  interface GlobalProps {
    readonly mainModule: typeof import("../workers/all.ts");
  }
  interface Env {
    readonly TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
}
