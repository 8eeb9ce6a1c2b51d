import { ALL_COUNT, type Engine, isHalf, PROBES, SHARES, SPLIT, USERS } from "./workloads.ts";

/** How far a share may lie from its weight, in percent of all users. */
const TOLERANCE = 2;

/** Throws unless the engine gives probe users their known answers and splits as it should. */
export function checkEngine(engine: Engine): void {
  for (const { user, expected } of PROBES) {
    const context = engine.contextOf(user);
    const answers = [engine.valueOf(engine.rules(context)), valueInAll(engine, context, 1)];
    for (const answer of answers) {
      if (answer === expected) continue;
      const given = JSON.stringify(user);
      throw new Error(
        `${engine.name} answers ${String(answer)} instead of ${expected} for ${given}`,
      );
    }
  }
  const contexts = USERS.map((user) => engine.contextOf(user));
  const single = (answer: (context: unknown) => unknown): unknown[] =>
    contexts.map((context) => engine.valueOf(answer(context)));
  checkShares(engine, "the flag at 50 %", single(engine.half), HALVES);
  checkShares(engine, "the five rules", single(engine.rules), THIRDS);
  for (const index of [0, 1, ALL_COUNT - 2, ALL_COUNT - 1]) {
    const values = contexts.map((context) => valueInAll(engine, context, index));
    checkShares(engine, `flag ${index} of all`, values, isHalf(index) ? HALVES : THIRDS);
  }
  checkIndependence(engine, contexts);
}

const HALVES = new Map<unknown, number>([true, false].map((value) => [value, 50]));
const THIRDS = new Map<unknown, number>(SPLIT.map((name, at) => [name, SHARES[at] ?? 0]));

function valueInAll(engine: Engine, context: unknown, index: number): unknown {
  return engine.valueIn(engine.all(context), index);
}

function checkShares(
  engine: Engine,
  what: string,
  values: readonly unknown[],
  shares: ReadonlyMap<unknown, number>,
): void {
  for (const value of values) {
    if (!shares.has(value)) throw new Error(`${engine.name}, ${what}: answers ${String(value)}`);
  }
  for (const [value, share] of shares) {
    const reached = (values.filter((each) => each === value).length / values.length) * 100;
    if (Math.abs(reached - share) > TOLERANCE) {
      throw new Error(`${engine.name}, ${what}: ${String(value)} has ${reached} %, not ${share} %`);
    }
  }
}

/** Two flags at 50 % agree on half of the users; with one salt for both they would on all. */
function checkIndependence(engine: Engine, contexts: readonly unknown[]): void {
  const same = contexts.map(
    (context) => valueInAll(engine, context, 0) === valueInAll(engine, context, 2),
  );
  checkShares(engine, "agreement of two flags", same, HALVES);
}
