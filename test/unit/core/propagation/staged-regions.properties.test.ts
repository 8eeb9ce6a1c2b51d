import { expect, it, vi } from "vitest";
import { play, playMany, SEED } from "./simulator/play.ts";

vi.mock(
  import("../../../../src/core/hash/sha256.ts"),
  () => import("./simulator/native-sha256.ts"),
);
vi.mock(
  import("../../../../src/core/signing/key-id.ts"),
  () => import("./simulator/known-key-ids.ts"),
);

it(
  "regions whose changes are staged keep what was promised in every history",
  { timeout: 180_000 },
  () => {
    const { answers, marked, stages } = playMany(true);
    expect(marked).toBeLessThan(answers);
    // Every way in which a stage can end was there, and none has not ended.
    expect([...stages.keys()].toSorted()).toEqual([
      "accepted",
      "overtaken",
      "reverted",
      "unanswered",
    ]);
  },
);

it("a thousand kills among staged changes keep it too", () => {
  const plan = { regions: 10, kills: 1_000, hasLongPartition: true, isStaged: true };
  const report = play(SEED, plan);
  expect(report.kills).toBe(1_000);
  process.stdout.write(`regions, staged: 1000 kills, ${report.answers} answers\n`);
});
