import * as fc from "fast-check";
import { expect, it } from "vitest";
import { EVENT_LIMITS } from "../../../../src/core/events/limits.ts";
import { readChunk } from "../../../../src/core/events/read-chunk.ts";
import { must } from "../evaluation/build.ts";
import { exposure, metric, NOON, taken, usage } from "./wire.ts";

const DAY_MS = 86_400_000;

/** Something that is right more often than not, so that whole events are. */
const mostly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue() });

const timestamp = mostly(
  fc.oneof(
    fc.integer({ min: NOON - 8 * DAY_MS, max: NOON + 600_000 }),
    fc.double({ min: NOON - DAY_MS, max: NOON, noNaN: true }),
    fc.constant("2026-01-01T11:00:00.5+02:00"),
  ),
);
const attributes = mostly(
  fc.dictionary(
    fc.string({ maxLength: 8 }),
    mostly(fc.oneof(fc.string(), fc.double(), fc.boolean())),
  ),
);
const common = {
  id: mostly(fc.stringMatching(/^[!-~]{1,12}$/)),
  timestamp,
};
const ofUnits = {
  ...common,
  targetingKey: mostly(fc.oneof(fc.string({ minLength: 1 }), fc.integer())),
  attributes,
  privateAttributes: mostly(fc.array(fc.string({ maxLength: 2 }), { maxLength: 3 })),
};
const key = mostly(fc.stringMatching(/^[a-z][a-z0-9._-]{0,9}$/));
const reason = mostly(fc.constantFrom("SPLIT", "STATIC", "CACHED", null));
const event = fc.oneof(
  fc.record({ ...ofUnits, flag: key, variation: key, reason, experiment: key }).map(exposure),
  fc.record({ ...ofUnits, metric: key, value: mostly(fc.double({ noNaN: true })) }).map(metric),
  fc
    .record({ ...common, flag: key, variation: key, count: mostly(fc.integer({ min: 1, max: 9 })) })
    .map(usage),
  fc.jsonValue(),
);

it("whatever is sent, each event is accepted or refused, and the consumer can read what is accepted", () => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), mostly(fc.constant(NOON)), (events, sentAt) => {
      const result = taken({ events, sentAt });
      if (!result.ok) return;
      const { chunks, rejectedCount, ...counts } = result.value;
      expect(counts.accepted + rejectedCount).toBe(events.length);
      expect(chunks.flatMap((chunk) => chunk.events)).toHaveLength(counts.accepted);
      accepted += counts.accepted;
      refused += rejectedCount;
      for (const chunk of chunks) {
        const sent: unknown = JSON.parse(JSON.stringify(chunk));
        expect(must(readChunk(sent))).toEqual(sent);
        for (const { atMs } of chunk.events) {
          expect(atMs).toBeLessThanOrEqual(NOON);
          expect(atMs).toBeGreaterThanOrEqual(NOON - EVENT_LIMITS.oldestMs);
        }
      }
    }),
    { numRuns: 3_000 },
  );
  // Otherwise the property would say nothing.
  expect(accepted).toBeGreaterThan(2_000);
  expect(refused).toBeGreaterThan(2_000);
});

it("any text is a batch or not, and never an accident", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const result = taken(text);
      if (!result.ok) expect(result.error).toMatch(/\.$|\?$/);
    }),
    { numRuns: 3_000 },
  );
});
