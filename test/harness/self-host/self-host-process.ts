import { spawn } from "node:child_process";
import { ROOT } from "../../../scripts/lib/paths.ts";

const READY = "Stop: Ctrl-C";
export const PATIENCE_MS = 120_000;

export interface Running {
  output(): string;
  readonly printed: Promise<void>;
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** The command as its npm script runs it. */
export function selfHost(...args: readonly string[]): Running {
  const child = spawn(process.execPath, ["scripts/run.mjs", "scripts/self-host.ts", ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const printed = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes(READY)) resolve();
      });
    }
    void ended.then(() => reject(new Error(`ended before it was ready:\n${text}`)));
  });
  // Who does not wait for it is not told that it never came.
  printed.catch(() => {});
  return { output: () => text, printed, ended, kill: (signal) => child.kill(signal) };
}
