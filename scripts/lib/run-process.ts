import { spawn } from "node:child_process";
import { ROOT } from "./paths.ts";

export interface Finished {
  /** The exit code; 1 when it was ended by a signal or could not be started. */
  readonly code: number;
  /** Standard output and standard error, interleaved as they came. */
  readonly output: string;
  readonly ms: number;
}

/**
 * Runs a program to its end in the repository's folder and keeps what it says. Aborting `signal`
 * ends it.
 */
export function runProcess(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Finished> {
  const began = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const finish = (code: number) => {
      resolve({ code, output: Buffer.concat(chunks).toString(), ms: performance.now() - began });
    };
    const child = spawn(command, [...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(signal === undefined ? {} : { signal }),
    });
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (error) => {
      chunks.push(Buffer.from(`${command}: ${error.message}\n`));
      finish(1);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}
