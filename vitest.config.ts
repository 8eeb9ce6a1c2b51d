import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/patience.ts";

// Time limits end what hangs. How long anything takes on a busy machine is no test.
const limits = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: PATIENCE_MS } },
};

// unit: pure code, in Node, in seconds. properties: random and statistical tests of the same code,
// which take longer. workers: inside workerd with real bindings. harness: whole
// topologies over HTTP, as a deployment would run them.
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          exclude: ["test/unit/**/*.properties.test.ts"],
          environment: "node",
          pool: "threads",
          isolate: false,
          ...limits,
        },
      },
      {
        test: {
          name: "properties",
          include: ["test/unit/**/*.properties.test.ts"],
          environment: "node",
          ...limits,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            remoteBindings: false,
            miniflare: {
              cf: false,
              bindings: {
                ADMIN_TOKEN: "test-admin-token-of-at-least-32-characters",
                AUTH_SECRET: "test-auth-secret-of-at-least-32-characters",
                // Counted as ever, and never too many: tests ask all at once.
                CREDENTIAL_RATE: "1000000/s burst 1000000",
                ORGANISATION_RATE: "1000000/s burst 1000000",
                FAILED_SIGN_IN_RATE: "1000000/s burst 1000000",
                TEST_MIGRATIONS: await readD1Migrations("./d1-migrations"),
              },
              // As in wrangler.toml, but nobody waits for a batch to fill.
              queueConsumers: {
                "switchyard-events": {
                  maxBatchSize: 100,
                  maxBatchTimeout: 0.05,
                  maxRetries: 5,
                  deadLetterQueue: "switchyard-events-dlq",
                },
                "switchyard-events-dlq": { maxBatchTimeout: 0.05 },
              },
            },
          })),
        ],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
          setupFiles: ["./test/workers/setup.ts"],
          ...limits,
        },
      },
      {
        test: {
          name: "harness",
          include: ["test/harness/**/*.test.ts"],
          environment: "node",
          fileParallelism: false,
          ...limits,
        },
      },
    ],
  },
});
