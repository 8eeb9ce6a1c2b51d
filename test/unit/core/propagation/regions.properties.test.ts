import { describe, expect, it } from "vitest";
import { type HistoryPlan, type HistoryReport, playHistory } from "./simulator/history.ts";

/** More or fewer, and others: `PROPAGATION_HISTORIES=100000 PROPAGATION_SEED=7`. */
const HISTORIES = Number(process.env["PROPAGATION_HISTORIES"] ?? 10_000);
const SEED = Number(process.env["PROPAGATION_SEED"] ?? 20_261_121);

function play(seed: number, plan: HistoryPlan): HistoryReport {
  try {
    return playHistory(seed, plan);
  } catch (error) {
    throw new Error(`the history of seed ${seed}, plan ${JSON.stringify(plan)}, broke a promise`, {
      cause: error,
    });
  }
}

describe("ten regions over links that delay, lose, duplicate, reorder and are cut", () => {
  it("keep what was promised in every history", { timeout: 180_000 }, () => {
    let answers = 0;
    let marked = 0;
    for (let history = 0; history < HISTORIES; history += 1) {
      const plan = { regions: 10, kills: 3, hasLongPartition: history % 50 === 0 };
      const report = play(SEED + history, plan);
      answers += report.answers;
      marked += report.marked;
    }
    process.stdout.write(
      `regions: seed ${SEED}, ${HISTORIES} histories, ${answers} answers, ${marked} of them marked\n`,
    );
    expect(marked).toBeLessThan(answers);
  });

  it("keep it through a thousand kills, probed every 50 ms", () => {
    const report = play(SEED, { regions: 10, kills: 1_000, hasLongPartition: true });
    expect(report.kills).toBe(1_000);
    process.stdout.write(`regions: 1000 kills, ${report.answers} answers\n`);
  });

  it("replay a history exactly", () => {
    for (let seed = SEED; seed < SEED + 100; seed += 1) {
      const plan = { regions: 10, kills: 5, hasLongPartition: false };
      expect(play(seed, plan)).toEqual(play(seed, plan));
    }
    const plan = { regions: 10, kills: 5, hasLongPartition: false };
    expect(play(SEED, plan).trace).not.toBe(play(SEED + 1, plan).trace);
  });
});
