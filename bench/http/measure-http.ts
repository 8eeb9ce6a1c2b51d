import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { note } from "../lib/print.ts";
import { median } from "../lib/quantile.ts";
import { startDeployment } from "./deployment.ts";
import { startReadyMade } from "./ready-made.ts";
import { ask, BULK, SINGLE, type Workload } from "./requests.ts";
import type { Latencies } from "./steady-load.ts";
import { type FullLoad, hasWrk, loadFully, writeScript } from "./wrk.ts";

/** The same measure of the product and of the handler with a ready-made answer. */
interface Pair<Figure> {
  readonly own: Figure;
  readonly ready: Figure;
}

/** Requests per second, and the product's share of the ready-made answer's, start by start. */
export interface Rates extends Pair<number> {
  /** Of 1: the median of each start's turns, and of those the median and the ends. */
  readonly share: Readonly<Record<"least" | "median" | "most", number>>;
}

export interface HttpFigures {
  readonly name: string;
  /** `null`: there is no wrk on this machine. */
  readonly rate: Rates | null;
  /** Microseconds of a processor that the runtime took per request; `null`: the system hides it. */
  readonly cpu: Pair<number> | null;
  readonly latencies: Pair<Latencies>;
  /** Milliseconds to the first answer of a fresh runtime. */
  readonly cold: Pair<number>;
}

/** At this rate latencies are measured, in requests per second. */
const STEADY_RATE = 2_000;

/**
 * Run by `run.ts` in a process of its own; prints one line of JSON. Parameters: how often both are
 * started, turns of wrk after each start that only warm up, turns that count, seconds of steady load.
 */
const [starts = 7, warmUps = 8, rounds = 7, steadySeconds = 10] = process.argv.slice(2).map(Number);
/** So short that whatever else the machine does meets both of a turn. */
const TURN_SECONDS = 1;
const scratch = mkdtempSync(join(tmpdir(), "switchyard-bench-wrk-"));
const product = await startDeployment();
const figures: HttpFigures[] = [];
for (const workload of [SINGLE, BULK]) figures.push(await measure(workload));
await product.stop();
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(figures)}\n`);

async function measure(workload: Workload): Promise<HttpFigures> {
  const ready = await startReadyMade(await ask(product.url, workload, product.key));
  const both = { own: product, ready };
  const script = writeScript(scratch, workload, product.key);
  const cold = { own: [] as number[], ready: [] as number[] };
  const turns: Turn[][] = [];
  for (let start = 1; start <= starts; start += 1) {
    note(`Asking fresh runtimes for ${workload.name}, start ${start} of ${starts} …`);
    for (const which of ["ready", "own"] as const) {
      await both[which].restart();
      cold[which].push(await firstAnswer(both[which].url, workload));
    }
    if (!hasWrk()) continue;
    const taken = await takeTurns(product.url, ready.url, script);
    turns.push(taken);
    note(`… answered at ${Math.round(100 * shareOf(taken))} % of the ready-made answer's rate.`);
  }
  note(`Asking for ${workload.name} at a steady rate …`);
  const latencies = {
    ready: await steadyLoad(ready.url, workload),
    own: await steadyLoad(product.url, workload),
  };
  await ready.stop();
  return {
    name: workload.name,
    rate: turns.length > 0 ? ratesOf(turns) : null,
    cpu: processorOf(turns.flat()),
    latencies,
    cold: { own: median(cold.own), ready: median(cold.ready) },
  };
}

type Turn = Pair<FullLoad>;

async function takeTurns(own: string, ready: string, script: string): Promise<Turn[]> {
  const turns: Turn[] = [];
  // The engine has its quickest code only after some seconds, and a server runs for days.
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    const isOwnFirst = round % 2 === 0;
    const first = await loadFully(isOwnFirst ? own : ready, script, TURN_SECONDS);
    const second = await loadFully(isOwnFirst ? ready : own, script, TURN_SECONDS);
    const turn = isOwnFirst ? { own: first, ready: second } : { own: second, ready: first };
    if (round > 0) turns.push(turn);
  }
  return turns;
}

/** The product's rate, where the ready-made answer's is 1. */
function shareOf(turns: readonly Turn[]): number {
  return median(turns.map(({ own, ready }) => own.rate / ready.rate));
}

function ratesOf(starts: readonly (readonly Turn[])[]): Rates {
  const shares = starts.map((turns) =>
    median(turns.map((turn) => turn.own.rate / turn.ready.rate)),
  );
  const all = starts.flat();
  return {
    own: median(all.map(({ own }) => own.rate)),
    ready: median(all.map(({ ready }) => ready.rate)),
    share: { least: Math.min(...shares), median: median(shares), most: Math.max(...shares) },
  };
}

function processorOf(turns: readonly Turn[]): Pair<number> | null {
  const of = (which: keyof Turn) => turns.flatMap((turn) => turn[which].cpuMicros ?? []);
  const own = of("own");
  return own.length > 0 ? { own: median(own), ready: median(of("ready")) } : null;
}

async function firstAnswer(url: string, workload: Workload): Promise<number> {
  const began = performance.now();
  const answer = await ask(url, workload, product.key);
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`The first answer was ${answer.status}.`);
  return performance.now() - began;
}

async function steadyLoad(url: string, { path }: Workload): Promise<Latencies> {
  const file = join(import.meta.dirname, "steady-load.ts");
  const args = [file, url, path, product.key, String(STEADY_RATE), String(steadySeconds)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`The steady load ended with ${String(code)}.`);
  return JSON.parse(said) as Latencies;
}
