import type { Rate } from "./token-bucket.ts";

const LARGEST = 1_000_000;

/**
 * Reads a rate as people write it: `50/s burst 200`, `10/m burst 5`. Each number is 1 to 1,000,000.
 * `null`: it is none.
 */
export function parseRate(text: string): Rate | null {
  const [, count = "", unit, burst = ""] = RATE.exec(text.trim()) ?? [];
  if (!isInRange(count) || !isInRange(burst)) return null;
  return { perMinute: Number(count) * (unit === "s" ? 60 : 1), burst: Number(burst) };
}

const RATE = /^(\d{1,7})\/([sm]) +burst +(\d{1,7})$/;

const isInRange = (digits: string) => Number(digits) >= 1 && Number(digits) <= LARGEST;
