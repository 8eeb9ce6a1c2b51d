import { spawn, spawnSync } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { ROOT } from "../../../scripts/lib/paths.ts";

export interface Running {
  readonly pid: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves when `text` was printed; rejects, with the output, when it ends before. */
  printed(text: string): Promise<void>;
  /** Resolves with the exit code; `null`: ended by a signal. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** `npm start`, as a person types it, in a process group of its own. */
export function npmStart(...args: readonly string[]): Running {
  const child = spawn("npm", ["start", "--silent", "--", ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    pid: child.pid!,
    output: () => text,
    ended,
    kill: (signal) => child.kill(signal),
    printed: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text.includes(wanted)) resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`ended before it printed "${wanted}":\n${text}`)));
      }),
  };
}

/** Runs a command as it would be pasted into a terminal. */
export function paste(command: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
  if (status !== 0) throw new Error(`exit ${status}: ${command}\n${stdout}${stderr}`);
  return stdout;
}

/** The commands of an announcement: each begins with `curl` and goes on while lines end in `\`. */
export const curlsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^curl (?:.*\\\n)*.*$/gm)].map(([command]) => command);

export async function freePort(): Promise<number> {
  const { port, release } = await takePort();
  await release();
  return port;
}

/** A port that somebody listens on until `release`. */
export function takePort(): Promise<{ port: number; release: () => Promise<void> }> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const release = () => new Promise<void>((done) => server.close(() => done()));
      resolve({ port, release });
    });
  });
}
