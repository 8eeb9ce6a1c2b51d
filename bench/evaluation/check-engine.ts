import { ALL_COUNT, type Engine, isHalf, PROBES, SHARES, SPLIT, USERS } from "./workloads.ts";

/** How far a share may lie from its weight, in percent of the users asked about. */
const TOLERANCE = 2;
/** About all flags, every third user is asked, and chance has more room. */
const EVERY = 3;
const WIDE_TOLERANCE = 3;

/** Throws unless the engine gives probe users their known answers and splits as it should. */
export async function checkEngine(engine: Engine): Promise<void> {
  for (const { user, expected } of PROBES) {
    const context = engine.contextOf(user);
    const all = await engine.all(context);
    const answers = [engine.valueOf(await engine.rules(context)), engine.valueIn(all, 1)];
    for (const answer of answers) {
      if (answer === expected) continue;
      const given = JSON.stringify(user);
      throw new Error(
        `${engine.name} answers ${String(answer)} instead of ${expected} for ${given}`,
      );
    }
  }
  const contexts = USERS.map((user) => engine.contextOf(user));
  const single = async (answer: (context: unknown) => unknown): Promise<unknown[]> => {
    const values: unknown[] = [];
    for (const context of contexts) values.push(engine.valueOf(await answer(context)));
    return values;
  };
  checkShares(engine, "the flag at 50 %", await single(engine.half), HALVES);
  checkShares(engine, "the five rules", await single(engine.rules), THIRDS);
  const columns = new Map<number, unknown[]>(
    [0, 1, 2, ALL_COUNT - 2, ALL_COUNT - 1].map((index) => [index, []]),
  );
  for (const context of contexts.filter((_, at) => at % EVERY === 0)) {
    const answers = await engine.all(context);
    for (const [index, values] of columns) values.push(engine.valueIn(answers, index));
  }
  for (const [index, values] of columns) {
    checkShares(
      engine,
      `flag ${index} of all`,
      values,
      isHalf(index) ? HALVES : THIRDS,
      WIDE_TOLERANCE,
    );
  }
  // Two flags at 50 % agree on half of the users; with one salt for both they would on all.
  const [first = [], second = []] = [columns.get(0), columns.get(2)];
  const same = first.map((value, at) => value === second[at]);
  checkShares(engine, "agreement of two flags", same, HALVES, WIDE_TOLERANCE);
}

const HALVES = new Map<unknown, number>([true, false].map((value) => [value, 50]));
const THIRDS = new Map<unknown, number>(SPLIT.map((name, at) => [name, SHARES[at] ?? 0]));

function checkShares(
  engine: Engine,
  what: string,
  values: readonly unknown[],
  shares: ReadonlyMap<unknown, number>,
  tolerance = TOLERANCE,
): void {
  for (const value of values) {
    if (!shares.has(value)) throw new Error(`${engine.name}, ${what}: answers ${String(value)}`);
  }
  for (const [value, share] of shares) {
    const reached = (values.filter((each) => each === value).length / values.length) * 100;
    if (Math.abs(reached - share) > tolerance) {
      throw new Error(`${engine.name}, ${what}: ${String(value)} has ${reached} %, not ${share} %`);
    }
  }
}
