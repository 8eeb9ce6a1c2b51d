import { readFileSync } from "node:fs";
import { Log, LogLevel, Miniflare } from "miniflare";
import { applyMigrations } from "../apply-migrations.ts";

// The whole product in the local runtime, for tests that kill it: everything is in one process
// group, it is up in seconds, and it ends when whoever started it is gone.
const [bundle = "", stateDir = "", adminToken = "", authSecret = "", migrate = ""] =
  process.argv.slice(2);
const text = (value: string) => ({ type: "text", value }) as const;

const runtime = new Miniflare({
  host: "127.0.0.1",
  port: 0,
  cf: false,
  logRequests: false,
  log: new Log(LogLevel.ERROR),
  resourcePersistencePath: stateDir,
  workers: [
    {
      config: {
        name: "switchyard",
        compatibilityDate: "2026-10-20",
        manifest: {
          mainModule: "index.js",
          modules: { "index.js": { type: "esm", contents: readFileSync(bundle, "utf8") } },
        },
        exports: {
          EnvironmentObject: { type: "durable-object", storage: "sqlite" },
          EventQueueObject: { type: "durable-object", storage: "sqlite" },
          RelayObject: { type: "durable-object", storage: "sqlite" },
          RateLimitObject: { type: "durable-object", storage: "sqlite" },
        },
        env: {
          ENVIRONMENTS: {
            type: "durable-object",
            exportName: "EnvironmentObject",
            worker: "switchyard",
          },
          RELAYS: {
            type: "durable-object",
            exportName: "RelayObject",
            worker: "switchyard",
          },
          EMBEDDED_QUEUE: {
            type: "durable-object",
            exportName: "EventQueueObject",
            worker: "switchyard",
          },
          EVENT_QUEUE: text("embedded"),
          RAW_EVENTS: { type: "r2", name: "events" },
          CONFIG: { type: "kv", id: "config" },
          DB: { type: "d1", id: "catalogue" },
          ADMIN_TOKEN: text(adminToken),
          AUTH_SECRET: text(authSecret),
        },
      },
      dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
    },
  ],
});
process.stdin.on("end", () => {
  void runtime.dispose().finally(() => process.exit());
});
process.stdin.on("data", (line: Buffer) => {
  const [question, environmentId = ""] = line.toString().trim().split(" ");
  void (question === "events" ? showEvents(environmentId) : showPublished(environmentId));
});

await runtime.ready;
if (migrate === "migrate") await applyMigrations(runtime);
process.stdout.write(`ready ${(await runtime.unsafeGetDirectURL()).origin}\n`);

/** The revision of the copy in KV, which no endpoint shows. */
async function showPublished(environmentId: string): Promise<void> {
  const kv = await runtime.getKVNamespace("CONFIG");
  const text = await kv.get(`env:${environmentId}:snapshot`, "text");
  const copy: { readonly snapshot: { readonly revision: number } } | null =
    text === null ? null : JSON.parse(text);
  process.stdout.write(`published ${copy?.snapshot.revision ?? 0}\n`);
}

/** How many messages wait in the event queue, and which raw events there are of an environment. */
async function showEvents(environmentId: string): Promise<void> {
  const queues = await runtime.getDurableObjectNamespace("EMBEDDED_QUEUE");
  const queue = queues.getByName("events") as unknown as {
    backlog(): Promise<{ readonly messages: number }>;
  };
  const { messages } = await queue.backlog();
  const bucket = await runtime.getR2Bucket("RAW_EVENTS");
  let raw = 0;
  let cursor: string | undefined;
  do {
    const page = await bucket.list({
      prefix: `raw/${environmentId}/`,
      include: ["customMetadata"],
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { customMetadata } of page.objects) raw += Number(customMetadata?.["events"]);
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  process.stdout.write(`events ${messages} ${raw}\n`);
}
