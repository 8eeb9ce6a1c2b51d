import { atOnePace, type Paced } from "../lib/at-one-pace.ts";
import { checkEngine } from "./check-engine.ts";
import type { Figures } from "./figures.ts";
import { type Engine, USERS } from "./workloads.ts";

/** Long, so that the clock's grain of a millisecond does not show. */
const SAMPLE_MS = 100;
/** Holds what the last call gave, so that no call is idle. */
const sink: { last: unknown } = { last: null };

/**
 * Answers a request with an engine's figures. Here the platform forbids the code that mitata
 * generates, so this keeps time itself, after calls that do not count.
 */
export async function measureInWorker(
  createEngine: () => Engine | Promise<Engine>,
  ms: number,
): Promise<Figures> {
  const engine = await createEngine();
  await checkEngine(engine);
  const contexts = USERS.map((user) => engine.contextOf(user));
  const figures = {
    name: engine.name,
    half: await nanoseconds(contexts, engine.half, ms),
    rules: await nanoseconds(contexts, engine.rules, ms),
    all: await nanoseconds(contexts, engine.all, ms),
  };
  await engine.close?.();
  return figures;
}

async function nanoseconds(
  contexts: readonly unknown[],
  operation: (context: unknown) => unknown,
  ms: number,
): Promise<Paced> {
  const isAsync = operation(contexts[0]) instanceof Promise;
  const run = async (count: number): Promise<number> => {
    const began = performance.now();
    let last: unknown;
    if (isAsync)
      for (let at = 0; at < count; at += 1) last = await operation(contexts[at % 10_000]);
    else for (let at = 0; at < count; at += 1) last = operation(contexts[at % 10_000]);
    sink.last = last;
    return performance.now() - began;
  };
  let count = 1;
  for (let took = 0; took < SAMPLE_MS; count *= 2) took = await run(count);
  return atOnePace(async () => ((await run(count)) / count) * 1_000_000, ms);
}
