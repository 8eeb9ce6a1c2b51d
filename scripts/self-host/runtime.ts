import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { ROOT } from "../lib/paths.ts";
import { bundleWorker } from "./bundle.ts";
import { OUTGOING, outgoingWorker } from "./outgoing.ts";

const NAME = "switchyard";

export interface RuntimeOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where the runtime keeps databases and objects. */
  readonly storage: string;
  /** The Worker's secrets and settings. With `IDENTITY_ORIGINS` it reaches private addresses too. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Gets each line that the Worker logs. */
  readonly onLog: (line: string) => void;
}

/**
 * The Worker of `wrangler.toml`, with the bindings that are named there, on a socket that the
 * runtime itself listens on: no development proxy is in between. Rejects when it cannot start.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Miniflare> {
  const { workerOptions, main } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"));
  if (main === undefined) throw new Error("wrangler.toml names no main file.");
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      logRequests: false,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: ({ message }) => options.onLog(message),
      // The folder that `wrangler --persist-to` uses, so that its commands find the same data.
      resourcePersistencePath: join(options.storage, "v3"),
      workers: [
        {
          ...workerOptions,
          name: NAME,
          modules: [{ type: "ESModule", path: "index.js", contents: await bundleWorker(main) }],
          modulesRoot: ROOT,
          bindings: Object.assign({}, workerOptions["bindings"], options.secrets),
          outboundService: OUTGOING,
          unsafeDirectSockets: [{ host: options.host, port: options.port }],
        },
        outgoingWorker((options.secrets["IDENTITY_ORIGINS"] ?? "") !== ""),
      ],
    }),
  );
  try {
    await runtime.ready;
    return runtime;
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}
