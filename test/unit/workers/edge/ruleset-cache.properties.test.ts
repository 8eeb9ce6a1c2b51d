import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Mode, settle, World } from "./world.ts";

const mode: fc.Arbitrary<Mode> = fc.oneof(
  fc.constantFrom<Mode>("ok", "error", "hang"),
  fc.integer({ min: 1, max: 3_000 }).map((slowMs) => ({ slowMs })),
  fc.constantFrom<Mode>(
    { says: null },
    { says: { kind: "unknown-environment" } },
    { says: { kind: "snapshot", snapshot: { revision: 99 } } },
  ),
);
const step = fc.oneof(
  fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
  fc.record({ do: fc.constant("change" as const) }),
  fc.record({ do: fc.constant("authority" as const), mode }),
  fc.record({ do: fc.constant("kv" as const), mode }),
  fc.record({ do: fc.constant("ask" as const), requests: fc.integer({ min: 1, max: 4 }) }),
);

it("whatever fails, whenever, an answer is at most a second behind or says so, never goes back, and comes within a second", async () => {
  let asked = 0;
  let unmarked = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const world = new World();
      const accepted = [{ revision: 1, atMs: Number.NEGATIVE_INFINITY }];
      let highest = 0;
      await world.get();
      for (const each of steps) {
        if (each.do === "advance") await world.clock.advance(each.ms);
        else if (each.do === "authority") world.authority = each.mode;
        else if (each.do === "kv") world.kv = each.mode;
        else if (each.do === "change") {
          world.revision += 1;
          accepted.push({ revision: world.revision, atMs: world.clock.now() });
        } else {
          const askedAtMs = world.clock.now();
          const answers = await world.getMany(each.requests);
          await settle();
          const due = accepted.findLast(({ atMs }) => atMs <= askedAtMs - 1_000)?.revision ?? 0;
          for (const answer of answers) {
            asked += 1;
            expect(answer.kind).toBe("ready");
            expect(answer.tookMs).toBeLessThanOrEqual(1_000);
            expect(answer.revision).toBeGreaterThanOrEqual(highest);
            if (answer.staleMs !== null) continue;
            unmarked += 1;
            expect(answer.revision).toBeGreaterThanOrEqual(due);
          }
          highest = Math.max(highest, ...answers.map(({ revision = 0 }) => revision));
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(unmarked).toBeGreaterThan(asked / 10);
  expect(unmarked).toBeLessThan(asked);
});
