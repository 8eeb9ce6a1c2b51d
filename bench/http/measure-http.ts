import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../lib/median.ts";
import { startDeployment } from "./deployment.ts";
import { startReadyMade } from "./ready-made.ts";
import { ask, BULK, SINGLE, type Workload } from "./requests.ts";
import type { Latencies } from "./steady-load.ts";
import { hasWrk, loadFully, writeScript } from "./wrk.ts";

/** The same measure of the product and of the handler with a ready-made answer. */
interface Pair<Figure> {
  readonly own: Figure;
  readonly ready: Figure;
}

export interface HttpFigures {
  readonly name: string;
  /** Requests per second; `null`: there is no wrk on this machine. */
  readonly rate: Pair<number> | null;
  /** Microseconds of a processor that the runtime took per request; `null`: the system hides it. */
  readonly cpu: Pair<number> | null;
  readonly latencies: Pair<Latencies>;
  /** Milliseconds to the first answer of a fresh runtime. */
  readonly cold: Pair<number>;
}

/** At this rate latencies are measured, in requests per second. */
const STEADY_RATE = 2_000;

/**
 * Run by `run.ts` in a process of its own; prints one line of JSON. Parameters: rounds of wrk and
 * their seconds, seconds of steady load, cold starts.
 */
const [rounds = 5, seconds = 3, steadySeconds = 10, coldStarts = 5] = process.argv
  .slice(2)
  .map(Number);
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
  const rates = { own: [] as number[], ready: [] as number[] };
  const cpus = { own: [] as number[], ready: [] as number[] };
  // Turn by turn, so that whatever else the machine does meets both.
  for (let round = hasWrk() ? 0 : rounds; round < rounds; round += 1) {
    for (const which of ["ready", "own"] as const) {
      const { url } = both[which];
      const { rate, cpuMicros } = await loadFully(url, script, seconds);
      rates[which].push(rate);
      if (cpuMicros !== null) cpus[which].push(cpuMicros);
    }
  }
  const latencies = {
    ready: await steadyLoad(ready.url, workload),
    own: await steadyLoad(product.url, workload),
  };
  const cold = { own: [] as number[], ready: [] as number[] };
  for (let start = 0; start < coldStarts; start += 1) {
    for (const which of ["ready", "own"] as const) {
      await both[which].restart();
      cold[which].push(await firstAnswer(both[which].url, workload));
    }
  }
  await ready.stop();
  return {
    name: workload.name,
    rate: hasWrk() ? { own: median(rates.own), ready: median(rates.ready) } : null,
    cpu: cpus.own.length > 0 ? { own: median(cpus.own), ready: median(cpus.ready) } : null,
    latencies,
    cold: { own: median(cold.own), ready: median(cold.ready) },
  };
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
