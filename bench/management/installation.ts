import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRuntime } from "../../scripts/self-host/runtime.ts";
import { createManagementApi, refusalOf } from "../../scripts/start/management-api.ts";
import { note } from "../lib/print.ts";
import { migrate } from "../../scripts/start/migrate.ts";
import { openStateDir } from "../../scripts/start/state-dir.ts";

const ADMIN_TOKEN = "benchmark-admin-token-of-at-least-32-characters";
/** Requests are counted as ever, and the limit is far above what is sent. */
const FREE = "10000/s burst 10000";

export const PROJECT = "/api/v1/projects/bench";

export interface Installation {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** The product as `npm run self-host` serves it, with one empty environment. */
export async function startInstallation(): Promise<Installation> {
  const dir = openStateDir(mkdtempSync(join(tmpdir(), "switchyard-management-")));
  const failed = await migrate(dir, new AbortController().signal);
  if (failed !== null) throw new Error(failed);
  const runtime = await startRuntime({
    host: "127.0.0.1",
    port: 0,
    storage: dir.storage,
    secrets: { ADMIN_TOKEN, CREDENTIAL_RATE: FREE, ORGANISATION_RATE: FREE },
    onLog: (line) => {
      if (line.includes('"level":"error"')) note(line);
    },
  });
  const { origin: url } = await runtime.unsafeGetDirectURL();
  const api = createManagementApi(url, ADMIN_TOKEN);
  for (const [path, body] of [
    ["/api/v1/projects", { key: "bench" }],
    [`${PROJECT}/environments`, { key: "prod" }],
  ] as const) {
    const answer = await api.post(path, body);
    if (answer.status !== 201) throw new Error(refusalOf(path, answer));
  }
  return {
    url,
    token: ADMIN_TOKEN,
    stop: async () => {
      await runtime.dispose();
      rmSync(dir.path, { recursive: true, force: true });
    },
  };
}
