import { readFileSync } from "node:fs";
import { announcement } from "./self-host/announce.ts";
import { HELP, parseSelfHostOptions, type SelfHostOptions } from "./self-host/options.ts";
import { startRuntimeProcess, type RuntimeProcess } from "./self-host/runtime-process.ts";
import { checkSettings } from "./self-host/settings.ts";
import { readEnvFile } from "./start/env-file.ts";
import { firstOwnerInvitation, firstOwnerLink } from "./start/first-owner.ts";
import { createManagementApi } from "./start/management-api.ts";
import { migrate } from "./start/migrate.ts";
import { isPortFree, nextFreePort } from "./start/port.ts";
import { untilReady } from "./start/ready.ts";
import * as state from "./start/state-dir.ts";
import { lockStateDir } from "./start/state-lock.ts";
import { stateProblem } from "./start/state-problem.ts";

const stopping = new AbortController();
let runtime: RuntimeProcess | null = null;
let unlock: (() => void) | null = null;

// Also when the launcher is gone: nobody is left who could end this process.
for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"]) {
  process.on(event, () => void exit(0));
}

const options = parseSelfHostOptions(process.argv.slice(2));
if (typeof options === "string") await exit(1, `${options}\nSee npm run self-host -- --help`);
else if (options.help) await exit(0, HELP);
else await serve(options).catch((error: unknown) => exit(1, reasonOf(error, options.stateDir)));

async function serve({ port, host, stateDir }: SelfHostOptions): Promise<void> {
  const dir = state.openStateDir(stateDir);
  const lock = lockStateDir(dir);
  if (lock.kind === "taken") return exit(1, alreadyRunning(stateDir, lock.pid));
  unlock = lock.release;
  if (!(await isPortFree(port))) return exit(1, await portTaken(port));
  const known = readEnvFile(dir.secrets).values["ADMIN_TOKEN"];
  const adminToken = state.adminTokenOf(dir);
  state.ensureAuthSecret(dir);
  state.ensureAuditKeys(dir);
  const { faults, unknown } = await checkSettings(readFileSync(dir.secrets, "utf8"));
  if (faults.length > 0) return exit(1, settingsWrong(dir.secrets, faults));
  for (const name of unknown) console.error(`${name} in ${dir.secrets} is no setting.`);
  console.log("Starting Switchyard …");
  const failed = await migrate(dir, stopping.signal);
  if (stopping.signal.aborted) return;
  if (failed !== null) return exit(1, `The database could not be prepared:\n\n${failed}`);

  runtime = startRuntimeProcess(host, port, dir.storage, dir.secrets);
  const origin = await runtime.origin;
  if (stopping.signal.aborted) return;
  if (origin === null) return exit(1, "The runtime could not start; its own words are above.");
  void runtime.ended.then(() => exit(1, "The runtime has ended, and so does this process."));
  if (!(await untilReady(origin, stopping.signal))) {
    return exit(1, `${origin}/healthz does not answer.`);
  }
  const firstStart = known !== adminToken;
  console.log(announcement({ url: origin, adminToken, firstStart, secretsFile: dir.secrets }));
  const link = await firstOwnerLink(createManagementApi(origin, adminToken));
  if (link !== null) console.log(firstOwnerInvitation(link));
}

function alreadyRunning(stateDir: string, pid: number | null): string {
  const who = pid === null ? "" : ` (process ${pid})`;
  return (
    `Switchyard already runs on ${stateDir}${who}.\n` +
    "Stop it, or keep another state:  npm run self-host -- --port N --state DIR"
  );
}

function settingsWrong(file: string, faults: readonly string[]): string {
  return (
    `${file} is not as it must be:\n\n  ${faults.join("\n  ")}\n\n` +
    "Mend it and start again. docs/self-host.md says what may be in it."
  );
}

async function portTaken(port: number): Promise<string> {
  const free = await nextFreePort(port);
  return (
    `Port ${port} is taken by another process.\n` +
    `Stop that process, or choose another port:  npm run self-host -- --port ${free ?? "N"}`
  );
}

function reasonOf(error: unknown, stateDir: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return stateProblem(stateDir, error) ?? message;
}

/** Ends everything that was started, then this process. The first call decides how. */
async function exit(code: number, message?: string): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  if (message !== undefined) (code === 0 ? console.log : console.error)(message);
  await runtime?.stop();
  unlock?.();
  process.exit(code);
}
