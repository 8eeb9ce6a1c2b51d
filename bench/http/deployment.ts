import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRuntime } from "../../scripts/self-host/runtime.ts";
import { createManagementApi, refusalOf } from "../../scripts/start/management-api.ts";
import { migrate } from "../../scripts/start/migrate.ts";
import { openStateDir } from "../../scripts/start/state-dir.ts";
import { halfFlag, rulesFlag } from "../evaluation/engines/switchyard-flags.ts";
import { ALL_KEYS, isHalf } from "../evaluation/workloads.ts";

const ADMIN_TOKEN = "benchmark-admin-token-of-at-least-32-characters";
const ENVIRONMENT = "/api/v1/projects/bench/environments/prod";

export interface Deployment {
  readonly url: string;
  /** A server key of the environment that holds the flags of workload (c). */
  readonly key: string;
  /** Ends the runtime and starts it on the same state: every isolate is cold. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The product as `npm run self-host` serves it, with the 200 flags of workload (c). */
export async function startDeployment(): Promise<Deployment> {
  const dir = openStateDir(mkdtempSync(join(tmpdir(), "switchyard-bench-")));
  const failed = await migrate(dir, new AbortController().signal);
  if (failed !== null) throw new Error(failed);
  const start = (port: number) =>
    startRuntime({
      host: "127.0.0.1",
      port,
      storage: dir.storage,
      secrets: { ADMIN_TOKEN },
      onLog: () => {},
    });
  let runtime = await start(0);
  const { origin, port } = await runtime.unsafeGetDirectURL();
  const key = await createFlags(origin);
  return {
    url: origin,
    key,
    restart: async () => {
      await runtime.dispose();
      runtime = await start(Number(port));
    },
    stop: async () => {
      await runtime.dispose();
      rmSync(dir.path, { recursive: true, force: true });
    },
  };
}

async function createFlags(url: string): Promise<string> {
  const api = createManagementApi(url, ADMIN_TOKEN);
  const post = async (path: string, body: unknown) => {
    const answer = await api.post(path, body);
    if (answer.status !== 201) throw new Error(refusalOf(path, answer));
    return answer.body;
  };
  await post("/api/v1/projects", { key: "bench", name: "Benchmark" });
  await post("/api/v1/projects/bench/environments", { key: "prod", name: "Production" });
  for (const [at, flagKey] of ALL_KEYS.entries()) {
    const document = isHalf(at) ? halfFlag(flagKey) : rulesFlag(flagKey);
    const { key, type, variations, enabled, rules, default: otherwise } = document;
    const base = { variations, enabled, rules, default: otherwise };
    await post("/api/v1/projects/bench/flags", { key, type, createIn: ["prod"], base });
  }
  const { secret } = await post(`${ENVIRONMENT}/keys`, { kind: "server", name: "bench" });
  return String(secret);
}
