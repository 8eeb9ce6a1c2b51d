import { describe, expect, it, vi } from "vitest";
import { play, playMany, SEED } from "./simulator/play.ts";

vi.mock(
  import("../../../../src/core/hash/sha256.ts"),
  () => import("./simulator/native-sha256.ts"),
);
vi.mock(
  import("../../../../src/core/signing/key-id.ts"),
  () => import("./simulator/known-key-ids.ts"),
);

describe("ten regions over links that delay, lose, duplicate, reorder and are cut", () => {
  it("keep what was promised in every history", { timeout: 180_000 }, () => {
    const { answers, marked } = playMany(false);
    expect(marked).toBeLessThan(answers);
  });

  it("keep it through a thousand kills, probed every 50 ms", () => {
    const plan = { regions: 10, kills: 1_000, hasLongPartition: true, isStaged: false };
    const report = play(SEED, plan);
    expect(report.kills).toBe(1_000);
    process.stdout.write(`regions: 1000 kills, ${report.answers} answers\n`);
  });

  it("replay a history exactly", () => {
    const plan = { regions: 10, kills: 5, hasLongPartition: false };
    for (let seed = SEED; seed < SEED + 100; seed += 1) {
      const same = { ...plan, isStaged: seed % 2 === 0 };
      expect(play(seed, same)).toEqual(play(seed, same));
    }
    const trace = (seed: number) => play(seed, { ...plan, isStaged: true }).trace;
    expect(trace(SEED)).not.toBe(trace(SEED + 1));
  });
});
