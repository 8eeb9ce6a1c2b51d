import { announcement } from "./start/announce.ts";
import { readDevEnvironments, writeDevJson, type DevJson } from "./start/dev-json.ts";
import { firstOwnerInvitation, firstOwnerLink } from "./start/first-owner.ts";
import { pickUser } from "./start/first-request.ts";
import { createManagementApi } from "./start/management-api.ts";
import { migrate } from "./start/migrate.ts";
import { HELP, parseStartOptions, type StartOptions } from "./start/options.ts";
import { isPortFree, nextFreePort } from "./start/port.ts";
import { createProgress } from "./start/progress.ts";
import { untilReady } from "./start/ready.ts";
import { SAMPLE_PROJECT } from "./start/samples.ts";
import { isSeeded, seed } from "./start/seed.ts";
import * as state from "./start/state-dir.ts";
import { lockStateDir } from "./start/state-lock.ts";
import { stateProblem } from "./start/state-problem.ts";
import { startWorker, type WorkerProcess } from "./start/worker-process.ts";

const stopping = new AbortController();
let worker: WorkerProcess | null = null;
let unlock: (() => void) | null = null;

// Also when the launcher is gone: nobody is left who could end this process.
for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"]) {
  process.on(event, () => void exit(0));
}

const options = parseStartOptions(process.argv.slice(2));
if (typeof options === "string") await exit(1, `${options}\nSee npm start -- --help`);
else if (options.help) await exit(0, HELP);
else await start(options).catch((error: unknown) => exit(1, reasonOf(error, options.stateDir)));

async function start({ port, stateDir, reset }: StartOptions): Promise<void> {
  const url = `http://localhost:${port}`;
  const dir = state.openStateDir(stateDir);
  const lock = lockStateDir(dir);
  if (lock.kind === "taken") return exit(1, alreadyRunning(stateDir, lock.pid));
  unlock = lock.release;
  if (!(await isPortFree(port))) return exit(1, await portTaken(port));
  if (reset) state.forget(dir);
  const adminToken = state.adminTokenOf(dir);
  state.ensureAuthSecret(dir);
  state.ensureAuditKeys(dir);
  console.log("Starting Switchyard …");
  const failed = await migrate(dir, stopping.signal);
  if (stopping.signal.aborted) return;
  if (failed !== null) return exit(1, `The database could not be prepared:\n\n${failed}`);

  const running = startWorker(dir, port, (line) => console.error(`error: ${line}`));
  worker = running;
  void running.ended.then((last) =>
    exit(1, `The Worker has ended. Its last words:\n\n${last.join("\n")}\n\nAll: ${dir.log}`),
  );
  const ready = await untilReady(url, stopping.signal);
  if (stopping.signal.aborted) return;
  if (!ready) return exit(1, `${url}/healthz does not answer. What was said is in ${dir.log}`);

  const environments = await openSamples(url, adminToken, dir);
  const dev = { url, adminToken, project: SAMPLE_PROJECT, environments };
  writeDevJson(dir.devJson, dev);
  console.log(announcement(dev, await pickUser(url, environments.prod.serverKey), dir.devJson));
  const link = await firstOwnerLink(createManagementApi(url, adminToken));
  if (link !== null) console.log(firstOwnerInvitation(link));
}

function alreadyRunning(stateDir: string, pid: number | null): string {
  const who = pid === null ? "" : ` (process ${pid})`;
  return (
    `Switchyard already runs on ${stateDir}${who}.\n` +
    "Stop it, or keep another state:  npm start -- --port N --state DIR"
  );
}

async function openSamples(
  url: string,
  adminToken: string,
  dir: state.StateDir,
): Promise<DevJson["environments"]> {
  const api = createManagementApi(url, adminToken);
  const known = readDevEnvironments(dir.devJson);
  if (known !== null && (await isSeeded(api, known))) return known;
  const progress = createProgress("Creating the demo project");
  try {
    return await seed(api, progress.update);
  } finally {
    progress.end();
  }
}

async function portTaken(port: number): Promise<string> {
  const free = await nextFreePort(port);
  return (
    `Port ${port} is taken by another process.\n` +
    `Stop that process, or choose another port:  npm start -- --port ${free ?? "N"}`
  );
}

function reasonOf(error: unknown, stateDir: string): string {
  return stateProblem(stateDir, error) ?? (error instanceof Error ? error.message : String(error));
}

/** Ends everything that was started, then this process. The first call decides how. */
async function exit(code: number, message?: string): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  if (message !== undefined) (code === 0 ? console.log : console.error)(message);
  await worker?.stop();
  unlock?.();
  process.exit(code);
}
