import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Limiter, type LimitsAsked } from "../../../../src/core/limits/limiter.ts";
import { parseRate } from "../../../../src/core/limits/rate-text.ts";
import {
  fullBucket,
  refilled,
  tokensIn,
  untilOneMs,
} from "../../../../src/core/limits/token-bucket.ts";
import { NOON, takeAll } from "./take-all.ts";

const rates = fc.record({
  perMinute: fc.integer({ min: 1, max: 60_000_000 }),
  burst: fc.integer({ min: 1, max: 1_000_000 }),
});

const asked = (credential: string): LimitsAsked => [
  { name: "credential", key: credential, rate: { perMinute: 60, burst: 3 } },
  { name: "organisation", key: "all", rate: { perMinute: 60, burst: 5 } },
];

const one = (key: string): LimitsAsked => [{ name: "one", key, rate: { perMinute: 1, burst: 1 } }];

const admittedOf = (limiter: Limiter, credential: string, times: number) =>
  Array.from({ length: times }, () => limiter.take(asked(credential), NOON)).filter(
    ({ admitted }) => admitted,
  ).length;

describe("a token bucket", () => {
  it("lets a burst through at once, and no more", () => {
    expect(takeAll({ perMinute: 60, burst: 5 }, [0], 100)).toHaveLength(5);
  });

  it("never lets more through in any stretch than burst and refill, to the last token", () => {
    fc.assert(
      fc.property(
        fc.record({
          perMinute: fc.integer({ min: 1, max: 600_000 }),
          burst: fc.integer({ min: 1, max: 30 }),
        }),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 30 }),
        (rate, gapsMs) => {
          const taken = takeAll(rate, gapsMs, 40);
          const isTooMany = (fromMs: number, toMs: number, count: number) =>
            count > rate.burst + Math.floor(((toMs - fromMs) * rate.perMinute) / 60_000);
          const stretch = taken.flatMap((fromMs, from) =>
            taken
              .slice(from)
              .flatMap((toMs, more) =>
                isTooMany(fromMs, toMs, more + 1) ? [{ fromMs, toMs }] : [],
              ),
          );
          expect(stretch).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("has a token after exactly the wait that it names, and not a millisecond before", () => {
    fc.assert(
      fc.property(rates, fc.nat(10_000), (rate, passedMs) => {
        const empty = { level: 0, atMs: NOON };
        const bucket = refilled(empty, rate, NOON + passedMs);
        const waitMs = untilOneMs(bucket, rate);
        const at = (ms: number) => tokensIn(refilled(bucket, rate, bucket.atMs + ms));
        expect(at(waitMs)).toBeGreaterThan(0);
        if (waitMs > 0) expect(at(waitMs - 1)).toBe(0);
      }),
    );
  });

  it("gains nothing from a clock that goes back and forth", () => {
    const rate = { perMinute: 60_000, burst: 10 };
    let bucket = { level: 0, atMs: NOON };
    for (let round = 0; round < 100; round += 1) {
      bucket = refilled(bucket, rate, NOON - 5_000);
      bucket = refilled(bucket, rate, NOON);
    }
    expect(tokensIn(bucket)).toBe(0);
  });

  it("holds no more than a burst when the burst is made smaller", () => {
    const bucket = fullBucket({ perMinute: 60, burst: 100 }, NOON);
    expect(tokensIn(refilled(bucket, { perMinute: 60, burst: 3 }, NOON))).toBe(3);
  });
});

describe("a limiter", () => {
  it("lets one credential use no more than its own, however often it is refused", () => {
    const limiter = new Limiter();
    expect(admittedOf(limiter, "a", 1_000)).toBe(3);
    expect(admittedOf(limiter, "b", 1_000)).toBe(2);
  });

  it("says which limit stands in the way, and for how long", () => {
    const limiter = new Limiter();
    admittedOf(limiter, "a", 3);
    expect(limiter.take(asked("a"), NOON)).toEqual({
      admitted: false,
      retryAfterMs: 1_000,
      tightest: {
        name: "credential",
        rate: { perMinute: 60, burst: 3 },
        remaining: 0,
        fullInMs: 3_000,
      },
    });
    admittedOf(limiter, "b", 2);
    expect(limiter.take(asked("c"), NOON)).toMatchObject({
      admitted: false,
      tightest: { name: "organisation", remaining: 0 },
    });
  });

  it("forgets the buckets that were used longest ago, and none that is in use", () => {
    const limiter = new Limiter(100);
    expect(limiter.take(one("busy"), NOON).admitted).toBe(true);
    for (let made = 0; made < 10_000; made += 1) {
      limiter.take(one(`made-up ${made}`), NOON);
      expect(limiter.take(one("busy"), NOON).admitted).toBe(false);
    }
  });
});

describe("a rate in words", () => {
  it.each([
    ["50/s burst 200", { perMinute: 3_000, burst: 200 }],
    [" 10/m  burst 5 ", { perMinute: 10, burst: 5 }],
    ["1/m burst 1", { perMinute: 1, burst: 1 }],
    ["1000000/s burst 1000000", { perMinute: 60_000_000, burst: 1_000_000 }],
  ])("%j is read", (text, rate) => {
    expect(parseRate(text)).toEqual(rate);
  });

  it.each(["", "50", "50/s", "0/s burst 1", "1/s burst 0", "1/h burst 1", "-1/s burst 1", "off"])(
    "%j is none",
    (text) => {
      expect(parseRate(text)).toBeNull();
    },
  );
});
