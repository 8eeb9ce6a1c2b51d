import { do_not_optimize, measure } from "mitata";
import { atOnePace, type Paced } from "../lib/at-one-pace.ts";
import { checkEngine } from "./check-engine.ts";
import type { Figures } from "./figures.ts";
import { type Engine, USERS } from "./workloads.ts";

/** Of one measurement, between two looks at the machine's pace; in nanoseconds. */
const SAMPLE_NS = 100_000_000;

/**
 * Run by `run.ts`, one process for each engine; prints its figures as one line of JSON. The second
 * parameter is the time to spend on each workload, in milliseconds.
 */
const [engineName, ms = "1000"] = process.argv.slice(2);
const loaded: { readonly createEngine: () => Engine | Promise<Engine> } = await import(
  `./engines/${engineName}.ts`
);
const engine = await loaded.createEngine();
await checkEngine(engine);
const contexts = USERS.map((user) => engine.contextOf(user));
const figures: Figures = {
  name: engine.name,
  half: await nanoseconds(engine.half),
  rules: await nanoseconds(engine.rules),
  all: await nanoseconds(engine.all),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
await engine.close?.();

/** Every call is for the next user; the clock is read once in thousands of calls. */
function nanoseconds(operation: (context: unknown) => unknown): Promise<Paced> {
  let next = 0;
  const one = () => {
    next = next === contexts.length - 1 ? 0 : next + 1;
    const answer = operation(contexts[next]);
    do_not_optimize(answer);
    // A promise is waited for.
    return answer;
  };
  const sample = async () => (await measure(one, { min_cpu_time: SAMPLE_NS })).p50;
  return atOnePace(sample, Number(ms));
}
