import { type HistoryPlan, type HistoryReport, playHistory } from "./history.ts";

/** More or fewer, and others: `PROPAGATION_HISTORIES=100000 PROPAGATION_SEED=7`. */
const HISTORIES = Number(process.env["PROPAGATION_HISTORIES"] ?? 10_000);
export const SEED = Number(process.env["PROPAGATION_SEED"] ?? 20_261_121);

/** Ends with the seed and the plan of the first history in which a promise is broken. */
export function play(seed: number, plan: HistoryPlan): HistoryReport {
  try {
    return playHistory(seed, plan);
  } catch (error) {
    throw new Error(`the history of seed ${seed}, plan ${JSON.stringify(plan)}, broke a promise`, {
      cause: error,
    });
  }
}

/** Half of all histories: those in which changes are staged, or those in which they are not. */
export function playMany(isStaged: boolean) {
  const sums = { answers: 0, marked: 0 };
  const stages = new Map<string, number>();
  for (let history = 0; history < HISTORIES / 2; history += 1) {
    const hasLongPartition = history % 50 === 0;
    const report = play(SEED + history, { regions: 10, kills: 3, hasLongPartition, isStaged });
    sums.answers += report.answers;
    sums.marked += report.marked;
    for (const [outcome, count] of report.stages) {
      stages.set(outcome, (stages.get(outcome) ?? 0) + count);
    }
  }
  process.stdout.write(
    `regions${isStaged ? ", staged" : ""}: seed ${SEED}, ${HISTORIES / 2} histories, ` +
      `${sums.answers} answers, ${sums.marked} of them marked; stages: ` +
      `${JSON.stringify(Object.fromEntries(stages))}\n`,
  );
  return { ...sums, stages };
}
