import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { ROOT } from "../lib/paths.ts";

const READY_WITHIN_MS = 180_000;

export interface Started {
  /** Everything it has printed. */
  output(): string;
  /** Resolves when it is ready; rejects, with what it said, when it ends or takes too long. */
  readonly ready: Promise<void>;
  /** Sends Ctrl-C and resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** `npm start`, as a person types it. */
export function start(port: number, stateDir: string): Started {
  const args = ["start", "--silent", "--", "--port", String(port), "--state", stateDir];
  const child = spawn("npm", args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let look: (() => void) | null = null;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      look?.();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const ready = new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`not ready in time:\n${text}`)),
      READY_WITHIN_MS,
    );
    look = () => {
      if (!text.includes("Ctrl-C")) return;
      clearTimeout(late);
      resolve();
    };
    void ended.then(() => {
      clearTimeout(late);
      reject(new Error(`npm start has ended:\n${text}`));
    });
  });
  // Whoever does not wait for it does not want to hear of it.
  ready.catch(() => undefined);
  return {
    output: () => text,
    ready,
    stop() {
      child.kill("SIGINT");
      return ended;
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("no free port"));
      });
    });
  });
}
