import {
  fullBucket,
  type Rate,
  refilled,
  tokensIn,
  withoutOne,
} from "../../../../src/core/limits/token-bucket.ts";

export const NOON = 1_700_000_000_000;

/** Takes as often as the bucket lets at these moments; answers with how often that was. */
export function takeAll(rate: Rate, gapsMs: readonly number[], triesEach: number) {
  let bucket = fullBucket(rate, NOON);
  let atMs = NOON;
  const taken: number[] = [];
  for (const gapMs of gapsMs) {
    atMs += gapMs;
    bucket = refilled(bucket, rate, atMs);
    for (let tries = 0; tries < triesEach && tokensIn(bucket) > 0; tries += 1) {
      bucket = withoutOne(bucket);
      taken.push(atMs);
    }
  }
  return taken;
}
