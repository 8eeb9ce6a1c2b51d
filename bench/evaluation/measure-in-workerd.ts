import { builtinModules } from "node:module";
import { build } from "esbuild";
import { Log, LogLevel, Miniflare } from "miniflare";
import { BENCH } from "../lib/run-process.ts";

/**
 * Run by `run.ts`, one process for each engine: bundles it into a Worker of its own, has it
 * measure itself there, and prints its figures, or why it does not run there, as one line of JSON.
 */
const [engine = "", ms = "1000"] = process.argv.slice(2);
const runtime = new Miniflare({
  host: "127.0.0.1",
  port: 0,
  cf: false,
  log: new Log(LogLevel.NONE),
  workers: [
    {
      config: {
        name: "bench",
        compatibilityDate: "2026-10-20",
        manifest: {
          mainModule: "index.js",
          modules: { "index.js": { type: "esm", contents: await bundle() } },
        },
        env: {},
      },
      dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
    },
  ],
});
try {
  await runtime.ready;
  const response = await fetch(await runtime.unsafeGetDirectURL());
  process.stdout.write(`${await response.text()}\n`);
} catch (error) {
  const reason = firstLine(error);
  process.stdout.write(`${JSON.stringify({ engine, reason })}\n`);
} finally {
  await runtime.dispose();
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { createEngine } from "./evaluation/engines/${engine}.ts";
        import { measureInWorker } from "./evaluation/measure-in-worker.ts";
        export default {
          async fetch() {
            try {
              return Response.json(await measureInWorker(createEngine, ${Number(ms)}));
            } catch (error) {
              const reason = String(error).split("\\n")[0];
              return Response.json({ engine: ${JSON.stringify(engine)}, reason });
            }
          },
        };`,
      resolveDir: BENCH,
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "node", "import"],
    mainFields: ["module", "main"],
    external: ["node:*", "cloudflare:*", ...builtinModules],
    // SDKs for Node name its modules without the prefix that Workers want …
    alias: Object.fromEntries(
      builtinModules.filter((name) => !/^_|[/:]/.test(name)).map((name) => [name, `node:${name}`]),
    ),
    // … and ask for them with `require`.
    banner: {
      js: `import { createRequire } from "node:module";
const require = createRequire("file:///index.js"), __dirname = "/", __filename = "/index.js";`,
    },
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

function firstLine(error: unknown): string {
  return String(error).split("\n", 1)[0] ?? "";
}
