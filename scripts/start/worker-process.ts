import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { ROOT } from "../lib/paths.ts";
import { QUIET_WRANGLER } from "../lib/quiet-wrangler.ts";
import type { StateDir } from "./state-dir.ts";
import { createErrorFilter } from "./worker-errors.ts";

const KILL_AFTER_MS = 3_000;
const LAST_LINES = 15;

export interface WorkerProcess {
  /** Resolves when the process has ended, with the last lines that it said. */
  readonly ended: Promise<readonly string[]>;
  /** Ends the process and everything it started; resolves when they are gone. */
  stop(): Promise<void>;
}

/** Starts `wrangler dev`, in a process group of its own so that all of it can be ended. */
export function startWorker(
  dir: StateDir,
  port: number,
  onError: (line: string) => void,
): WorkerProcess {
  const child = spawn(
    process.execPath,
    [
      "--import",
      pathToFileURL(join(import.meta.dirname, "watchdog.ts")).href,
      join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js"),
      "dev",
      "--ip=127.0.0.1",
      `--port=${port}`,
      // Any free one: two starts must not meet there.
      "--inspector-port=0",
      `--persist-to=${dir.storage}`,
      `--env-file=${dir.secrets}`,
      // Messages are shown at /dev/mail, on this machine alone.
      "--var=DEV_MAIL:keep",
      "--show-interactive-dev-session=false",
    ],
    {
      cwd: ROOT,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: {
        ...process.env,
        ...QUIET_WRANGLER,
        WRANGLER_REGISTRY_PATH: dir.registry,
        WRANGLER_LOG_PATH: dir.toolLog,
      },
    },
  );

  const log = createWriteStream(dir.log, { flags: "w", mode: 0o600 });
  // Without a log it still serves; without a listener the error would end it with a stack.
  log.once("error", (error) => onError(`nothing is logged: ${error.message}`));
  const last: string[] = [];
  const filter = createErrorFilter(onError);
  const listen = (stream: NodeJS.ReadableStream | null) => {
    if (stream === null) return;
    createInterface({ input: stream }).on("line", (line) => {
      log.write(`${line}\n`);
      filter(line);
      if (line.trim() !== "") last.push(line);
      if (last.length > LAST_LINES) last.shift();
    });
  };
  listen(child.stdout);
  listen(child.stderr);

  const ended = new Promise<readonly string[]>((resolve) => {
    child.once("error", (error) => resolve([error.message]));
    child.once("close", () => resolve(last));
  });
  return { ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const group = child.pid;
  if (group === undefined) return;
  signalGroup(group, "SIGTERM");
  const giveUp = setTimeout(() => signalGroup(group, "SIGKILL"), KILL_AFTER_MS);
  await ended;
  clearTimeout(giveUp);
  // The leader is gone; whoever of its group did not follow ends now.
  signalGroup(group, "SIGKILL");
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // ESRCH: nobody of the group is left, which is what was wanted.
  }
}
