import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuMicrosOf } from "./listener-cpu.ts";
import { BODIES, type Workload } from "./requests.ts";

const CONNECTIONS = 32;

export function hasWrk(): boolean {
  return spawnSync("wrk", ["--version"]).error === undefined;
}

/** Writes the script that makes wrk send every user's request in turn. */
export function writeScript(folder: string, { path }: Workload, key: string): string {
  const file = join(folder, `${path.replaceAll("/", "-")}.lua`);
  const lines = [
    `local headers = { ["authorization"] = "Bearer ${key}", ["content-type"] = "application/json" }`,
    "local requests = {}",
    "local at = 0",
    "local bodies = {",
    ...BODIES.map((body) => `  '${body}',`),
    "}",
    "function init(args)",
    `  for n, body in ipairs(bodies) do requests[n] = wrk.format("POST", "${path}", headers, body) end`,
    "end",
    "function request()",
    "  at = at % #requests + 1",
    "  return requests[at]",
    "end",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

export interface FullLoad {
  /** Requests per second. */
  readonly rate: number;
  /** Microseconds of a processor that the server took per request; `null` where this is hidden. */
  readonly cpuMicros: number | null;
}

/** As many requests as there is room for. Throws when any answer is not 200. */
export async function loadFully(url: string, script: string, seconds: number): Promise<FullLoad> {
  const before = cpuMicrosOf(url);
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", script, url];
  const child = spawn("wrk", args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  const after = cpuMicrosOf(url);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(said)?.[1]);
  const count = Number(/(\d+) requests in/.exec(said)?.[1]);
  if (!(rate > 0) || /Non-2xx|Socket errors/.test(said)) throw new Error(`wrk said:\n${said}`);
  // Some systems' count has been seen to go backwards; what it says then is nothing.
  const isTold = before !== null && after !== null && after > before;
  return { rate, cpuMicros: isTold ? (after - before) / count : null };
}
