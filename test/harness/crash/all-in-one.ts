import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { ADMIN_TOKEN, AUTH_SECRET } from "../test-secrets.ts";

/** Ends what hangs. Starting takes seconds, and on a machine whose disk is busy many more. */
const ANSWER_WITHIN_MS = 100_000;

/** Bundles the all-in-one Worker once, so that starting it again costs no build. */
export async function bundleAllInOne(folder: string): Promise<string> {
  const outfile = join(folder, "all.js");
  await build({
    entryPoints: [join(ROOT, "workers", "all.ts")],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    loader: { ".html": "text" },
    logLevel: "silent",
  });
  return outfile;
}

/** The running product: Node and workerd in one process group. */
export interface AllInOne {
  readonly url: string;
  /** Its process group. */
  readonly group: number;
  /** The revision of an environment's copy in KV; 0: there is none. */
  published(environmentId: string): Promise<number>;
  /** Messages that wait in the event queue, and raw events that are kept of an environment. */
  events(environmentId: string): Promise<{ readonly waiting: number; readonly raw: number }>;
  /** Ends all of it as a crash would, at once; resolves when it is gone. */
  crash(): Promise<void>;
  /** Lets it end by itself. */
  close(): Promise<void>;
}

export async function startAllInOne(
  bundle: string,
  stateDir: string,
  migrate: boolean,
): Promise<AllInOne> {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "all-in-one-process.ts"),
      bundle,
      stateDir,
      ADMIN_TOKEN,
      AUTH_SECRET,
      migrate ? "migrate" : "keep",
    ],
    { detached: true, stdio: ["pipe", "pipe", "pipe"] },
  );
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  const group = child.pid!;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", () => {});
  const crash = async () => {
    killGroup(group);
    await ended;
  };
  try {
    const url = await printed(child, /^ready (\S+)$/m);
    const published = async (environmentId: string) => {
      const answer = printed(child, /^published (\d+)$/m);
      child.stdin.write(`published ${environmentId}\n`);
      return Number(await answer);
    };
    const events = async (environmentId: string) => {
      const answer = printed(child, /^events (\d+ \d+)$/m);
      child.stdin.write(`events ${environmentId}\n`);
      const [waiting = 0, raw = 0] = (await answer).split(" ").map(Number);
      return { waiting, raw };
    };
    const close = async () => {
      child.stdin.end();
      await ended;
      killGroup(group);
    };
    return { url, group, published, events, crash, close };
  } catch (error) {
    await crash();
    throw error;
  }
}

/** What the first match of `wanted` captures in what the runtime prints from now on. */
function printed(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const settle = (why: string | null, found = "") => {
      clearTimeout(late);
      child.off("close", ended);
      child.stdout?.off("data", listen);
      child.stderr?.off("data", listen);
      if (why === null) resolve(found);
      else reject(new Error(`the runtime ${why} before it printed ${wanted}:\n${said}`));
    };
    const ended = () => settle("ended");
    const late = setTimeout(() => settle("took too long"), ANSWER_WITHIN_MS);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const found = wanted.exec(said)?.[1];
      if (found !== undefined) settle(null, found);
    };
    child.once("close", ended);
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
  });
}

function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // Nobody of the group is left, which is what was wanted.
  }
}
