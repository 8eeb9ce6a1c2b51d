import { spawn } from "node:child_process";
import { join } from "node:path";
import { isRecord } from "../../src/core/json.ts";
import { ROOT } from "../lib/paths.ts";
import { QUIET_WRANGLER } from "../lib/quiet-wrangler.ts";

const KILL_AFTER_MS = 5_000;

export interface RuntimeProcess {
  /** The URL that it serves; `null` when it ended before it could. */
  readonly origin: Promise<string | null>;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  /** Ends the process and everything it started; resolves when they are gone. */
  stop(): Promise<void>;
}

/** Starts the runtime in a process group of its own; what it logs goes to standard output. */
export function startRuntimeProcess(
  host: string,
  port: number,
  storage: string,
  secretsFile: string,
): RuntimeProcess {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "serve.ts"), host, String(port), storage, secretsFile],
    {
      cwd: ROOT,
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      // The folder's name is for those who look for all processes of a start, as its tests do.
      env: { ...process.env, ...QUIET_WRANGLER, SWITCHYARD_STORAGE: storage },
    },
  );
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const said = new Promise<string>((resolve) => {
    child.once("message", (message) => {
      if (isRecord(message)) resolve(String(message["origin"]));
    });
  });
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // ESRCH: nobody of the group is left, which is what was wanted.
    }
  };
  // Whoever of the group outlived its leader would keep the port and the databases.
  void ended.then(() => signalGroup("SIGKILL"));
  return {
    origin: Promise.race([said, ended.then(() => null)]),
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      const giveUp = setTimeout(() => signalGroup("SIGKILL"), KILL_AFTER_MS);
      await ended;
      clearTimeout(giveUp);
    },
  };
}
