import * as fc from "fast-check";
import { expect, it } from "vitest";
import { takeAll } from "./take-all.ts";

it("a token bucket gives exactly the rate in the long run, whatever the steps", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 997 }), (stepMs) => {
      const rate = { perMinute: 70, burst: 3 };
      const steps = Math.floor(3_600_000 / stepMs);
      const taken = takeAll(rate, [0, ...Array<number>(steps).fill(stepMs)], 3);
      expect(taken).toHaveLength(3 + Math.floor((steps * stepMs * 70) / 60_000));
    }),
    { numRuns: 10 },
  );
});
