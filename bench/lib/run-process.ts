import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The folder `bench/`. */
export const BENCH = join(import.meta.dirname, "..");

/** Nothing that is measured takes longer; who hangs is ended. */
const ENDS_WITHIN_MS = 900_000;

/**
 * Runs a program in `bench/` to its end and returns what it printed, other than its errors and how far
 * it is, which go where ours do; throws when it fails.
 */
export function runProcess(program: string, parameters: readonly string[]): string {
  const { status, stdout, error } = spawnSync(program, parameters, {
    cwd: BENCH,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: ENDS_WITHIN_MS,
    killSignal: "SIGKILL",
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${parameters.join(" ")} failed: ${error?.message ?? "see above"}`);
}

/** Runs a script of `bench/` in a process of its own; what it prints last is JSON. */
export function runScript(file: string, ...parameters: readonly string[]): unknown {
  const said = runProcess(process.execPath, ["--expose-gc", file, ...parameters]);
  return JSON.parse(said.trim().split("\n").at(-1) ?? "");
}
